{{- define "rboard.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "rboard.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "rboard.labels" -}}
{{ include "rboard.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "rboard.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ default $.Chart.AppVersion .tag }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "rboard.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{ default (include "rboard.fullname" .) .Values.serviceAccount.name }}
{{- else -}}
{{ default "default" .Values.serviceAccount.name }}
{{- end -}}
{{- end -}}

{{- /* A hook runs before an upgrade makes an account of a new name, and does without it. */ -}}
{{- define "rboard.hookServiceAccount" -}}
{{- $name := include "rboard.serviceAccount" . -}}
{{- if or (not .Values.serviceAccount.create) (lookup "v1" "ServiceAccount" .Release.Namespace $name) -}}
{{ $name }}
{{- else -}}
default
{{- end -}}
{{- end -}}

{{- /* The questions below answer "true" or nothing. */ -}}

{{- define "rboard.postgresql" -}}
{{- if or .Values.database.url .Values.database.existingSecret .Values.postgresql.cnpg.enabled -}}true{{- end -}}
{{- end -}}

{{- define "rboard.scaled" -}}
{{- if or .Values.autoscaling.enabled (gt (int .Values.replicaCount) 1) -}}true{{- end -}}
{{- end -}}

{{- define "rboard.behindProxy" -}}
{{- if or .Values.ingress.enabled .Values.httpRoute.enabled -}}true{{- end -}}
{{- end -}}

{{- /* The name in the address that visitors see. */ -}}
{{- define "rboard.host" -}}
{{- if .Values.site.publicUrl -}}
{{ (urlParse .Values.site.publicUrl).hostname }}
{{- else -}}
localhost
{{- end -}}
{{- end -}}

{{- define "rboard.cluster" -}}
{{ include "rboard.fullname" . }}-db
{{- end -}}

{{- define "rboard.claim" -}}
{{ default (include "rboard.fullname" .) .Values.persistence.existingClaim }}
{{- end -}}

{{- /* So long gunicorn lets requests end (graceful_timeout in rboard/gunicorn.py), in seconds. */ -}}
{{- define "rboard.gracefulTimeout" -}}
30
{{- end -}}

{{- /* Whether migrations run in a hook before the upgrade. See templates/migrate.yaml. */ -}}
{{- define "rboard.migrateInHook" -}}
{{- if and .Release.IsUpgrade (include "rboard.postgresql" .) -}}
{{- if .Values.postgresql.cnpg.enabled -}}
{{- if lookup "postgresql.cnpg.io/v1" "Cluster" .Release.Namespace (include "rboard.cluster" .) -}}true{{- end -}}
{{- else -}}
true
{{- end -}}
{{- end -}}
{{- end -}}
