//go:build tools

// Package tools holds the version of the Secrets Store CSI driver that the cluster suite builds.
package tools

import _ "sigs.k8s.io/secrets-store-csi-driver/cmd/secrets-store-csi-driver"
