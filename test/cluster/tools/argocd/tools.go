//go:build tools

// Package tools pins Argo CD, which runs beside the provider in a step of the cluster suite.
package tools

import _ "github.com/argoproj/argo-cd/v3/cmd"
