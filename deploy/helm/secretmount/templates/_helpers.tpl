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

{{/* From a list of the root and more labels. Each key once: the selector's own, then more, commonLabels, the chart's. */}}
{{- define "secretmount.labelsWith" -}}
{{- $root := index . 0 }}
{{- $chart := dict "app.kubernetes.io/version" $root.Chart.AppVersion "app.kubernetes.io/managed-by" $root.Release.Service }}
{{- $_ := set $chart "helm.sh/chart" (printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_") }}
{{- $selector := include "secretmount.selectorLabels" $root | fromYaml }}
{{- merge $selector (index . 1) $root.Values.commonLabels $chart | toYaml }}
{{- end }}

{{- define "secretmount.labels" -}}
{{- include "secretmount.labelsWith" (list . dict) }}
{{- end }}

{{/* The same without the chart's: a chart that changes nothing in the pods must not restart the daemons. */}}
{{- define "secretmount.podLabels" -}}
{{- merge (include "secretmount.selectorLabels" . | fromYaml) .Values.podLabels .Values.commonLabels | toYaml }}
{{- end }}

{{/* From a list of the root and more labels. */}}
{{- define "secretmount.metadataWith" -}}
{{- $root := index . 0 -}}
name: {{ include "secretmount.fullname" $root | quote }}
namespace: {{ $root.Release.Namespace | quote }}
labels:
  {{- include "secretmount.labelsWith" . | nindent 2 }}
{{- end }}

{{- define "secretmount.metadata" -}}
{{- include "secretmount.metadataWith" (list . dict) }}
{{- end }}

{{- define "secretmount.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "secretmount.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* A registry that a parent chart sets for all takes the place of the one in the repository. */}}
{{- define "secretmount.image" -}}
{{- $missing := "image.repository: no image is published yet; push the one that the Dockerfile builds and name it here" }}
{{- $repository := required $missing .Values.image.repository }}
{{- with (.Values.global).imageRegistry }}
{{- $repository = printf "%s/%s" (trimSuffix "/" .) (regexReplaceAll "^([^/]*[.:][^/]*|localhost)/" $repository "") }}
{{- end }}
{{- with .Values.image }}
{{- if .digest }}
{{- printf "%s@%s" $repository .digest }}
{{- else }}
{{- printf "%s:%s" $repository (default $.Chart.AppVersion .tag) }}
{{- end }}
{{- end }}
{{- end }}

{{/* Those of a parent chart too, which may be names alone. As a JSON list. */}}
{{- define "secretmount.pullSecrets" -}}
{{- $all := list }}
{{- range concat ((.Values.global).imagePullSecrets | default list) .Values.imagePullSecrets }}
{{- $all = append $all (ternary (dict "name" .) . (kindIs "string" .)) }}
{{- end }}
{{- uniq $all | toJson }}
{{- end }}

{{/* On the node's network 8080 is often somebody else's. */}}
{{- define "secretmount.httpPort" -}}
{{- .Values.http.port | default (ternary 18080 8080 .Values.hostNetwork) | int }}
{{- end }}

{{/* Not empty if a feature that is on needs the API server. */}}
{{- define "secretmount.needsApiServer" -}}
{{- if or .Values.tokenRequest.enabled .Values.versionKey.enabled (include "secretmount.podWatch" .) }}yes{{ end }}
{{- end }}

{{/* On the node's network no policy keeps anybody away from the port, and the kubelet reaches its loopback address. */}}
{{- define "secretmount.httpHost" -}}
{{- if and .Values.hostNetwork (not .Values.podMonitor.enabled) }}127.0.0.1{{ end }}
{{- end }}
