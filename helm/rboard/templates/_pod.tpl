{{- /* What every pod of rboard has in common. Each takes the root context. */ -}}

{{- define "rboard.podSpec" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext: {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "rboard.container" -}}
image: {{ include "rboard.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext: {{- toYaml .Values.securityContext | nindent 2 }}
env: {{- include "rboard.env" . | nindent 2 }}
{{- with .Values.extraEnvFrom }}
envFrom: {{- toYaml . | nindent 2 }}
{{- end }}
volumeMounts: {{- include "rboard.mounts" . | nindent 2 }}
{{- end -}}

{{- /* Secrets are files, which no child process inherits and no error page prints. */ -}}
{{- define "rboard.env" -}}
{{- $v := .Values -}}
- name: SECRET_KEY_FILE
  value: /run/secrets/rboard/secret-key
{{- if include "rboard.postgresql" . }}
- name: DATABASE_URL_FILE
  value: /run/secrets/rboard/database-url
- name: DATABASE_CONN_MAX_AGE
  value: {{ $v.database.connMaxAge | quote }}
{{- else }}
- name: DATABASE_URL
  value: sqlite:////data/rboard.sqlite3
{{- end }}
{{- if and $v.postgresql.cnpg.enabled $v.postgresql.cnpg.readFromStandbys (gt (int $v.postgresql.cnpg.instances) 1) }}
{{- /* CloudNativePG tells no address of its standbys in one piece; its passwords need no quoting. */}}
- name: DATABASE_USER
  valueFrom: {secretKeyRef: {name: {{ include "rboard.cluster" . }}-app, key: username}}
- name: DATABASE_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ include "rboard.cluster" . }}-app, key: password}}
- name: DATABASE_REPLICA_URL
  value: postgresql://$(DATABASE_USER):$(DATABASE_PASSWORD)@{{ include "rboard.cluster" . }}-ro:5432/{{ $v.postgresql.cnpg.database }}
{{- else if or $v.database.replicaUrl $v.database.replicaUrlKey }}
- name: DATABASE_REPLICA_URL_FILE
  value: /run/secrets/rboard/database-replica-url
{{- end }}
{{- if include "rboard.postgresql" . }}
- name: DATABASE_REPLICA_LAG
  value: {{ $v.database.replicaLag | quote }}
- name: MIGRATE_LOCK_TIMEOUT
  value: {{ $v.migrations.lockTimeout | quote }}
{{- end }}
{{- range $service := list "redis" "email" "uploads" }}
{{- with index $v $service }}
{{- if or .url .existingSecret }}
- name: {{ upper $service }}_URL_FILE
  value: /run/secrets/rboard/{{ $service }}-url
{{- end }}
{{- end }}
{{- end }}
- name: HOST
  value: {{ $v.server.host | quote }}
- name: PORT
  value: "8000"
- name: WEB_CONCURRENCY
  value: {{ $v.server.processes | quote }}
- name: WEB_THREADS
  value: {{ default (ternary 1 8 (eq "true" (include "rboard.behindProxy" .))) $v.server.threads | quote }}
{{- with $v.server.accessLog }}
- name: ACCESS_LOG
  value: {{ . | quote }}
{{- end }}
- name: SITE_NAME
  value: {{ $v.site.name | quote }}
{{- with $v.site.publicUrl }}
- name: PUBLIC_URL
  value: {{ . | quote }}
{{- end }}
{{- with $v.site.allowedHosts }}
- name: ALLOWED_HOSTS
  value: {{ join "," . | quote }}
{{- end }}
{{- with $v.site.fromEmail }}
- name: FROM_EMAIL
  value: {{ . | quote }}
{{- end }}
{{- with $v.site.trustedProxies }}
- name: TRUSTED_PROXIES
  value: {{ join "," . | quote }}
{{- end }}
{{- with $v.site.metricsAllow }}
- name: METRICS_ALLOW
  value: {{ join "," . | quote }}
{{- end }}
- name: PAGE_CACHE_SECONDS
  value: {{ $v.site.pageCacheSeconds | quote }}
- name: RANKING_TAU
  value: {{ int $v.site.rankingTau | quote }}
- name: LOG_FORMAT
  value: {{ $v.site.logFormat }}
- name: LOG_LEVEL
  value: {{ $v.site.logLevel }}
{{- with $v.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "rboard.mounts" -}}
- name: tmp
  mountPath: /tmp
- name: secrets
  mountPath: /run/secrets/rboard
  readOnly: true
{{- if not (include "rboard.postgresql" .) }}
- name: data
  mountPath: /data
{{- if .Values.backup.enabled }}
{{ include "rboard.backupsMount" . }}
{{- end }}
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- /* secret: the name of the Secret that the chart makes, or of its copy for the hook. */ -}}
{{- define "rboard.volumes" -}}
{{- $v := .root.Values -}}
- name: tmp
  emptyDir: {}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- if $v.secretKey.existingSecret }}
      - secret:
          name: {{ $v.secretKey.existingSecret }}
          items:
            - {key: {{ $v.secretKey.existingSecretKey }}, path: secret-key}
      {{- end }}
      {{- if $v.database.existingSecret }}
      - secret:
          name: {{ $v.database.existingSecret }}
          items:
            - {key: {{ $v.database.urlKey }}, path: database-url}
            {{- with $v.database.replicaUrlKey }}
            - {key: {{ . }}, path: database-replica-url}
            {{- end }}
      {{- else if $v.postgresql.cnpg.enabled }}
      - secret:
          name: {{ include "rboard.cluster" .root }}-app
          items:
            - {key: uri, path: database-url}
      {{- end }}
      {{- range $service := list "redis" "email" "uploads" }}
      {{- with index $v $service }}
      {{- if .existingSecret }}
      - secret:
          name: {{ .existingSecret }}
          items:
            - {key: {{ .urlKey }}, path: {{ $service }}-url}
      {{- end }}
      {{- end }}
      {{- end }}
      {{- if include "rboard.secretData" .root }}
      - secret:
          name: {{ .secret }}
      {{- end }}
{{- if not (include "rboard.postgresql" .root) }}
- name: data
  {{- if or $v.persistence.enabled $v.persistence.existingClaim }}
  persistentVolumeClaim:
    claimName: {{ include "rboard.claim" .root }}
  {{- else }}
  emptyDir: {}
  {{- end }}
{{- if $v.backup.enabled }}
{{ include "rboard.backupsVolume" .root }}
{{- end }}
{{- end }}
{{- with $v.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- /*
On SQLite every pod has the backups beside it: `helm install --wait` waits until the volume is in
use, and what is in it can be read and restored. On PostgreSQL the pods may be on several nodes, so
there the backup's own pod has it alone.
*/ -}}
{{- define "rboard.backupsMount" -}}
- name: backups
  mountPath: /backups
{{- end -}}

{{- define "rboard.backupsVolume" -}}
- name: backups
  persistentVolumeClaim:
    claimName: {{ default (printf "%s-backups" (include "rboard.fullname" .)) .Values.backup.existingClaim }}
{{- end -}}

{{- /* A volume that one node holds takes the pods of jobs to that node. */ -}}
{{- define "rboard.besideWeb" -}}
podAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
    - topologyKey: kubernetes.io/hostname
      labelSelector:
        matchLabels: {{- include "rboard.selector" . | nindent 10 }}
          app.kubernetes.io/component: web
{{- end -}}

{{- define "rboard.jobAffinity" -}}
{{- if include "rboard.postgresql" . }}
{{- with .Values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- else }}
affinity: {{- include "rboard.besideWeb" . | nindent 2 }}
{{- end }}
{{- end -}}
