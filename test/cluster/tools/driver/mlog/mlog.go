// Package mlog stands in for monis.app/mlog, which the module proxy does not serve. The driver sets its
// logging up through it; here klog's own text format stays, whatever is asked for.
package mlog

import (
	"context"

	"k8s.io/klog/v2"
)

// Format is the name of a log format.
type Format string

// The formats that the driver knows.
const (
	FormatText Format = "text"
	FormatJSON Format = "json"
)

// Setup returns what must run at the end.
func Setup() func() { return klog.Flush }

// ValidateAndSetKlogLevelAndFormatGlobally is asked for by the driver's main; the level comes from klog's own flags.
func ValidateAndSetKlogLevelAndFormatGlobally(context.Context, klog.Level, Format) error { return nil }

// Error logs an error with key-value pairs.
func Error(msg string, err error, keysAndValues ...any) { klog.ErrorS(err, msg, keysAndValues...) }

// Fatal logs an error and ends the process.
func Fatal(err error) { klog.Fatal(err) }
