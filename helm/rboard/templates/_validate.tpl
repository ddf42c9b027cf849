{{- /* What can't work is refused in a plain sentence, also where the schema is skipped. */ -}}
{{- define "rboard.validate" -}}
{{- $v := .Values -}}
{{- if and (not (include "rboard.postgresql" .)) (include "rboard.scaled" .) -}}
{{- fail "SQLite is a file on one volume, so it serves one replica only: for more replicas or autoscaling set database.url, database.existingSecret or postgresql.cnpg.enabled=true." -}}
{{- end -}}
{{- $databases := list -}}
{{- if $v.database.url }}{{ $databases = append $databases "database.url" }}{{ end -}}
{{- if $v.database.existingSecret }}{{ $databases = append $databases "database.existingSecret" }}{{ end -}}
{{- if $v.postgresql.cnpg.enabled }}{{ $databases = append $databases "postgresql.cnpg.enabled" }}{{ end -}}
{{- if gt (len $databases) 1 -}}
{{- fail (printf "Only one of %s can name the database: leave one." (join " and " $databases)) -}}
{{- end -}}
{{- /* Not in the schema, whose errors would show the password. */ -}}
{{- range $name := list "url" "replicaUrl" -}}
{{- with index $v.database $name -}}
{{- if not (regexMatch "^postgres(ql)?://" .) -}}
{{- fail (printf "database.%s must start with postgres:// or postgresql://; with no database the chart takes SQLite on a volume." $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and (include "rboard.behindProxy" .) (not $v.site.publicUrl) -}}
{{- fail "Set site.publicUrl to the address that visitors see, such as https://board.example: the ingress or route takes its host name." -}}
{{- end -}}
{{- if and (include "rboard.behindProxy" .) (hasPrefix "https:" $v.site.publicUrl) (not $v.site.trustedProxies) -}}
{{- fail "Set site.trustedProxies to the networks of the ingress controller's or gateway's pods, such as 10.0.0.0/8: else the board does not believe that visitors came over HTTPS, and sends them there for ever." -}}
{{- end -}}
{{- if and $v.httpRoute.enabled (not $v.httpRoute.parentRefs) (not $v.httpRoute.gateway.create) -}}
{{- fail "Set httpRoute.parentRefs to the Gateway that takes this route, or httpRoute.gateway.create=true to have one made." -}}
{{- end -}}
{{- if and $v.httpRoute.gateway.create (not $v.httpRoute.gateway.className) -}}
{{- fail "Set httpRoute.gateway.className: the GatewayClass of the Gateway to make." -}}
{{- end -}}
{{- if and $v.serviceMonitor.enabled (not $v.site.metricsAllow) -}}
{{- fail "Set site.metricsAllow to the networks that Prometheus asks from, such as 10.0.0.0/8: /metrics answers nobody else." -}}
{{- end -}}
{{- $needed := add $v.rollout.preStopSeconds (include "rboard.gracefulTimeout" . | int) 5 -}}
{{- if lt (int $v.rollout.terminationGracePeriodSeconds) (int $needed) -}}
{{- fail (printf "rollout.terminationGracePeriodSeconds must be %d at least: %d for rollout.preStopSeconds, %s in which gunicorn lets requests end, and 5 to spare." $needed (int $v.rollout.preStopSeconds) (include "rboard.gracefulTimeout" .)) -}}
{{- end -}}
{{- if and $v.backup.enabled (include "rboard.postgresql" .) (not $v.backup.existingClaim) -}}
{{- fail "On PostgreSQL set backup.existingClaim to a volume of yours: its pods may be on any node, and nothing but the backup itself uses the volume." -}}
{{- end -}}
{{- with $v.postgresql.cnpg -}}
{{- if and .enabled .backup.enabled (ne .backup.method "volumeSnapshot") -}}
{{- if not .backup.objectStore.destinationPath -}}
{{- fail "Set postgresql.cnpg.backup.objectStore.destinationPath, such as s3://bucket/rboard: there backups go." -}}
{{- end -}}
{{- if not (or .backup.objectStore.existingSecret .backup.objectStore.inheritFromIAMRole) -}}
{{- fail "Set postgresql.cnpg.backup.objectStore.existingSecret to a Secret with the keys of the bucket, or inheritFromIAMRole=true." -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
