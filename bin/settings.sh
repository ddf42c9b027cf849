# shellcheck shell=sh
# What bin/run and bin/entrypoint know of the file of settings, which rboard/environment.py reads.
# They source this file from the project's root and stay there.

settings=${ENV_FILE-data/rboard.env}

# is_set NAME: by itself or by a file, in the environment or in the file of settings.
is_set() {
    eval "[ -n \"\${$1:-}\${$1_FILE:-}\" ]" ||
        grep -Eqs "^[[:space:]]*(export )?$1(_FILE)?=." "$settings"
}

# make_secret PYTHON: puts a SECRET_KEY into data/rboard.env, before all that is there.
make_secret() (
    umask 077
    key=$("$1" -c 'import secrets; print(secrets.token_urlsafe(50))')
    { # renamed into place, so that a start cut short leaves no half file
        echo "SECRET_KEY=$key"
        cat data/rboard.env 2>/dev/null || :
    } >data/.rboard.env.new
    mv data/.rboard.env.new data/rboard.env
)
