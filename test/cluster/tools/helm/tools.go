//go:build tools

// Package tools holds the version of helm that the cluster suite builds.
package tools

import _ "helm.sh/helm/v3/cmd/helm"
