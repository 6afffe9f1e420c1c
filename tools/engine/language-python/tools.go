//go:build tools

// Package tools pins Pulumi's Python language host, built by tools/engine.py as an ordinary Go dependency.
package tools

import _ "github.com/pulumi/pulumi/sdk/python/cmd/pulumi-language-python/v3"
