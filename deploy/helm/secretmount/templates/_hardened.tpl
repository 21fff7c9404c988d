{{/* What the one value `hardened.enabled` brings about; the chart's README says it in words. */}}

{{/* Fails if another value takes back what the profile promises. */}}
{{- define "secretmount.checkHardened" -}}
{{- if .Values.hardened.enabled }}
{{- if not (or .Values.store.address .Values.allowedAddresses) }}
{{- fail "hardened.enabled: no class could name a store; set store.address or allowedAddresses" }}
{{- end }}
{{- if .Values.tokenRequest.enabled }}
{{- fail "hardened.enabled: tokenRequest.enabled is the right to act as any service account; set it to false" }}
{{- end }}
{{- if .Values.store.tlsSkipVerify }}
{{- fail "hardened.enabled: store.tlsSkipVerify leaves the store's certificate unchecked; set it to false" }}
{{- end }}
{{- if .Values.hostNetwork }}
{{- fail "hardened.enabled: a NetworkPolicy does not count on the node's network; set hostNetwork to false" }}
{{- end }}
{{- if and .Values.podMonitor.enabled (not .Values.networkPolicy.from) }}
{{- fail "hardened.enabled: the NetworkPolicy lets nobody read the metrics; name your Prometheus in networkPolicy.from" }}
{{- end }}
{{- end }}
{{- if and .Values.denySkipVerify .Values.store.tlsSkipVerify }}
{{- fail "denySkipVerify and store.tlsSkipVerify contradict each other; remove one" }}
{{- end }}
{{- end }}

{{- define "secretmount.addresses" -}}
{{- ternary "listed" .Values.addresses .Values.hardened.enabled }}
{{- end }}

{{/* Folders and files for --tls-dir, as a JSON list. */}}
{{- define "secretmount.tlsFolders" -}}
{{- $folders := list "/etc/secretmount" }}
{{- if not .Values.hardened.enabled }}
{{- $folders = concat $folders (list "/etc/ssl/certs" "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt") }}
{{- range .Values.extraVolumeMounts }}
{{- $folders = append $folders .mountPath }}
{{- end }}
{{- end }}
{{- concat $folders .Values.tlsFolders | uniq | toJson }}
{{- end }}

{{/* Not empty if it is so, as the next three. */}}
{{- define "secretmount.denySkipVerify" -}}
{{- if or .Values.denySkipVerify .Values.hardened.enabled }}yes{{ end }}
{{- end }}

{{- define "secretmount.requireNamespaces" -}}
{{- if or .Values.requireNamespaces .Values.hardened.enabled }}yes{{ end }}
{{- end }}

{{- define "secretmount.podWatch" -}}
{{- if and .Values.podWatch.enabled (or .Values.hardened.leases (not .Values.hardened.enabled)) }}yes{{ end }}
{{- end }}

{{- define "secretmount.hasNetworkPolicy" -}}
{{- if or .Values.networkPolicy.enabled .Values.hardened.enabled }}yes{{ end }}
{{- end }}
