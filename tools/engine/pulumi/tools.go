//go:build tools

// Package tools pins the Pulumi engine, built by tools/engine.py as an ordinary Go dependency.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
