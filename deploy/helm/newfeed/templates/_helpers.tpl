{{- define "newfeed.fullname" -}}
{{- if contains "newfeed" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-newfeed" .Release.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{/* Of all that belongs to the release. */}}
{{- define "newfeed.release" -}}
app.kubernetes.io/name: newfeed
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* (dict "root" $ "component" name "class" "part" | "edge" | "migration") */}}
{{- define "newfeed.selector" -}}
{{ include "newfeed.release" .root }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "newfeed.labels" -}}
{{ include "newfeed.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
newfeed.dev/class: {{ .class }}
{{- end }}

{{/* (dict "root" $ "image" .Values.image) */}}
{{- define "newfeed.image" -}}
{{- if .image.digest }}{{ .image.repository }}@{{ .image.digest }}{{ else }}{{ .image.repository }}:{{ .image.tag | default .root.Chart.AppVersion }}{{ end }}
{{- end }}

{{/* Where clients load uploads. */}}
{{- define "newfeed.mediaBase" -}}
{{ .Values.configuration.MEDIA_BASE_URL | default (printf "%s/media" .Values.publicUrl) }}
{{- end }}

{{/* Uploads are files of a volume. */}}
{{- define "newfeed.mediaOnVolume" -}}
{{- if not (or .Values.configuration.S3_BUCKET .Values.configuration.CLOUDINARY_BASE_URL) }}true{{ end }}
{{- end }}

{{/* A value as text: a large whole number has no exponent. */}}
{{- define "newfeed.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) }}{{ int64 . }}{{ else if kindIs "invalid" . }}{{ else }}{{ . }}{{ end }}
{{- end }}

{{/* Of a container: (dict "root" $ "part" the part's row). Variables are set only where something has been given. */}}
{{- define "newfeed.environment" -}}
{{- $root := .root }}
{{- $given := dict }}
{{- range $name, $value := $root.Values.configuration }}{{ $_ := set $given $name (include "newfeed.text" $value) }}{{ end }}
{{- $_ := set $given "PUBLIC_URL" $root.Values.publicUrl }}
{{- $_ := set $given "TRUSTED_PROXIES" $root.Values.podSubnet }}
{{- $_ := set $given "MEDIA_BASE_URL" (include "newfeed.mediaBase" $root) }}
{{- range $name, $value := .part.environment }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- range $name, $address := .part.services }}
- name: {{ $name }}
  value: http://{{ include "newfeed.fullname" $root }}-{{ $address }}
{{- end }}
{{- range .part.variables }}
{{- if hasKey $given . }}
- name: {{ . }}
  value: {{ get $given . | quote }}
{{- end }}
{{- end }}
{{- range $name, $key := .part.secrets }}
{{- if not (and (eq $name "RABBITMQ_URL") $given.KAFKA_BROKERS) }}
- name: {{ $name }}
  valueFrom: { secretKeyRef: { name: {{ $root.Values.secretName }}, key: {{ $key }} } }
{{- end }}
{{- end }}
{{- range $name, $key := .part.optionalSecrets }}
- name: {{ $name }}
  valueFrom: { secretKeyRef: { name: {{ $root.Values.secretName }}, key: {{ $key }}, optional: true } }
{{- end }}
{{- end }}

{{/* Of every container: nobody is root, nothing is written but into volumes. */}}
{{- define "newfeed.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* Of every pod: (dict "root" $ "user" 1000). They need nothing of Kubernetes' API, and no variables about its services. */}}
{{- define "newfeed.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .user }}
  runAsGroup: {{ .user }}
  fsGroup: {{ .user }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets: {{ toJson . }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector: {{ toJson . }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations: {{ toJson . }}
{{- end }}
{{- with .root.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}

{{/* Instances of a component on different nodes and in different zones, as far as there are. */}}
{{- define "newfeed.spread" -}}
topologySpreadConstraints:
{{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "newfeed.selector" $ | nindent 8 }}
{{- end }}
{{- end }}
