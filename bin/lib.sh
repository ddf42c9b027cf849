# shellcheck shell=sh
# What the scripts of this checkout share: finding Python, making .venv. They
# source this file from the project's root and stay there.

die() {
    echo "rboard: $*" >&2
    exit 1
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 </dev/null
}

# A requirements file counts as installed when its checksum is the one noted
# after pip last succeeded; every file here builds on requirements.txt.
installed() {
    for file in requirements.txt "$1"; do
        [ "$(cat ".venv/$file.installed" 2>/dev/null)" = "$(cksum <"$file")" ] || return 1
    done
}

# Sets $python: the one in .venv, or on the first start the one to make it with.
# .venv is made anew when its Python is gone, or when an install was cut short
# (.venv/installing is left behind).
find_python() {
    if [ -n "${PYTHON:-}" ]; then
        new_enough "$PYTHON" || die "PYTHON=$PYTHON is not a Python 3.11 or newer"
        set -- "$PYTHON"
    else
        set -- python3.13 python3.12 python3.11 python3
    fi
    python=.venv/bin/python
    if new_enough "$python" && [ ! -e .venv/installing ]; then
        if installed requirements.txt || "$python" -m pip --version >/dev/null 2>&1; then
            return
        fi
    fi
    lacking=
    for python; do
        new_enough "$python" || continue
        if "$python" -c 'import ensurepip, venv' 2>/dev/null; then return; fi
        lacking=$python
    done
    [ -z "$lacking" ] || die "$lacking cannot make virtual environments: install its venv module (on Debian: apt install python3-venv)"
    die "found no Python 3.11 or newer: install it (on Debian: apt install python3-venv), or name one in PYTHON"
}

# One start at a time may change this folder. The lock is on an open file
# (number 9), so the kernel lets go of it however the script ends.
lock() {
    exec 9<requirements.txt
    "$python" -c '
import fcntl, sys
try:
    fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    print("Waiting for another start in this folder to finish", flush=True)
    fcntl.flock(9, fcntl.LOCK_EX)
except OSError:
    pass  # a file system without locks
'
}

unlock() {
    exec 9<&-
}

# make_venv FILE: .venv has what FILE lists; sets $python to the one in it.
make_venv() {
    find_python
    if [ "$python" = .venv/bin/python ] && installed "$1"; then return; fi
    lock
    find_python # again: another start may have done the work meanwhile
    if [ "$python" != .venv/bin/python ]; then
        echo "Making .venv with $("$python" --version)"
        "$python" -m venv --clear .venv || die "could not make .venv (see above)"
        python=.venv/bin/python
    fi
    if ! installed "$1"; then
        echo "Installing $1 into .venv (only when it changed)"
        : >.venv/installing
        status=0
        "$python" -m pip install --quiet --disable-pip-version-check -r "$1" || status=$?
        rm -f .venv/installing
        [ "$status" = 0 ] || die "could not install $1 (see above)"
        for file in requirements.txt "$1"; do
            cksum <"$file" >".venv/$file.installed"
        done
    fi
    unlock
}
