//go:build tools

// Package tools pins kubeseal, which seals what the tests of secretmount migrate open, and opens it beside them.
package tools

import _ "github.com/bitnami-labs/sealed-secrets/cmd/kubeseal"
