{{- define "secretmount.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* A release that is named like the chart does not say it twice. 52 characters leave room for what the DaemonSet adds. */}}
{{- define "secretmount.fullname" -}}
{{- $name := include "secretmount.name" . }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* Quoted: a release may be named `y` or `1e3`. */}}
{{- define "secretmount.selectorLabels" -}}
app.kubernetes.io/name: {{ include "secretmount.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "secretmount.labels" -}}
{{ include "secretmount.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | quote }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "secretmount.metadata" -}}
name: {{ include "secretmount.fullname" . | quote }}
namespace: {{ .Release.Namespace | quote }}
labels:
  {{- include "secretmount.labels" . | nindent 2 }}
{{- end }}

{{- define "secretmount.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "secretmount.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "secretmount.image" -}}
{{- with .Values.image }}
{{- if .digest }}
{{- printf "%s@%s" .repository .digest }}
{{- else }}
{{- printf "%s:%s" .repository (default $.Chart.AppVersion .tag) }}
{{- end }}
{{- end }}
{{- end }}

{{/* Not empty where a feature that is on needs the API server. */}}
{{- define "secretmount.needsApiServer" -}}
{{- if or .Values.tokenRequest.enabled .Values.versionKey.enabled (include "secretmount.podWatch" .) }}yes{{ end }}
{{- end }}

{{/* On the node's network no policy keeps anybody away from the port, and the kubelet reaches its loopback address. */}}
{{- define "secretmount.httpHost" -}}
{{- if and .Values.hostNetwork (not .Values.podMonitor.enabled) }}127.0.0.1{{ end }}
{{- end }}
