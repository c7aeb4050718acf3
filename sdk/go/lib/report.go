package dualbench

import (
	"fmt"
	"time"

	abi "dualbench/internal/imports/dualbench_scenario_report"
)

// Seed is for everything random in the scenario; recorded with the run, and given again to repeat it.
func Seed() uint32 { return abi.Seed() }

// Elapsed is the time since the run was called. For decisions; no clock of record.
func Elapsed() time.Duration { return time.Duration(abi.ElapsedMs() * float64(time.Millisecond)) }

// Phase names what is going on from here; exchanges are stored under it.
func Phase(name string) { abi.Phase(name) }

// Progress with a total of 0 means that it is unknown.
func Progress(done, total uint32) { abi.Progress(done, total) }

// Debugf is a line for whoever looks for a mistake in the scenario.
func Debugf(format string, values ...any) { abi.Log(abi.Level_Debug, fmt.Sprintf(format, values...)) }

// Infof is a line for whoever reads the run.
func Infof(format string, values ...any) { abi.Log(abi.Level_Info, fmt.Sprintf(format, values...)) }

// Warnf is something that the reader should know before using the numbers.
func Warnf(format string, values ...any) { abi.Log(abi.Level_Warn, fmt.Sprintf(format, values...)) }

// Errorf is something that went wrong.
func Errorf(format string, values ...any) { abi.Log(abi.Level_Error, fmt.Sprintf(format, values...)) }

// Metric is a number of your own, stored under the scenario's name and never mixed with the host's measures.
func Metric(name string, value float64, unit string) { abi.Metric(name, value, unit) }

// Mark is a mark on the timeline; the host stamps it.
func Mark(name string) { abi.Mark(name) }

// Count adds to a counter of that name; the run's record has its total.
func Count(name string, by float64) { abi.Count(name, by) }

// Threshold is what the run must hold: main.ttft_ms.p95 < 400. Only before the first exchange.
func Threshold(expression string) error {
	if got := abi.Threshold(expression); got.IsErr() {
		return &hostError{ErrInvalid, got.Err()}
	}
	return nil
}

// Void declares the run void: its numbers are kept, but must not be trusted or compared.
func Void(reason string) { abi.VoidRun(reason) }
