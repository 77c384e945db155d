{{- define "etcd.image" -}}
{{ include "common.images.image" (dict "imageRoot" .Values.image) }}
{{- end }}
{{- define "etcd.volumePermissions.image" -}}
{{ include "common.images.image" (dict "imageRoot" .Values.volumePermissions.image) }}
{{- end }}
