//go:build tools

// Package tools pins argocd-vault-plugin, whose output the tests of secretmount migrate are compared with.
package tools

import _ "github.com/argoproj-labs/argocd-vault-plugin"
