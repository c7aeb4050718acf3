package dualbench

import (
	abi "dualbench/internal/imports/dualbench_scenario_engines"
)

// Spacing of the arrivals of an open loop.
type Spacing = abi.Spacing

const (
	Constant Spacing = abi.Spacing_Constant
	Poisson  Spacing = abi.Spacing_Poisson
)

// Arrival is made with Closed or Open.
type Arrival struct{ of abi.Arrival }

// Closed is this many users, each sending its next request when its last one has ended.
func Closed(users uint32) Arrival { return Arrival{abi.MakeArrivalClosed(users)} }

// Open is arrivals at a rate; beyond maxOpen open exchanges they are shed: counted, never delayed.
func Open(perSecond float64, spacing Spacing, maxOpen uint32) Arrival {
	return Arrival{abi.MakeArrivalOpen(abi.OpenLoop{RatePerSecond: perSecond, Spacing: spacing, MaxOpen: maxOpen})}
}

// Until is made with Repetitions or Seconds.
type Until struct{ of abi.Until }

// Repetitions is this many measured exchanges for each workload; all go on until the slowest has them.
func Repetitions(count uint32) Until { return Until{abi.MakeUntilRepetitions(count)} }

// Seconds lasts this long; exchanges that are open then are still finished and counted.
func Seconds(seconds float64) Until { return Until{abi.MakeUntilSeconds(seconds)} }

// Workload is one load on one target, driven by the host: start times never depend on the scenario.
type Workload struct {
	Target  Target
	Request Request
	// Made with Closed or Open; one user where missing.
	Arrival Arrival
	// Exchanges before the measured ones, under the same load.
	WarmUp uint32
}

// Outcome is what came of one workload; the measured exchanges only.
type Outcome = abi.Outcome

// Digest is a distribution in short; a percentile is also missing below its sample floor.
type Digest = abi.Digest

// Measure runs the workloads at the same time and blocks until all have ended; one outcome for each, in order.
func Measure(until Until, workloads ...Workload) ([]Outcome, error) {
	asked := make([]abi.Workload, len(workloads))
	for i, w := range workloads {
		if w.Arrival == (Arrival{}) {
			w.Arrival = Closed(1)
		}
		asked[i] = abi.Workload{Target: w.Target, Request: w.Request.abi(), Arrival: w.Arrival.of, WarmUp: w.WarmUp}
	}
	got := abi.Measure(asked, until.of)
	if got.IsErr() {
		return nil, failed(got.Err())
	}
	return got.Ok(), nil
}

// Users makes so many scripted users, fresh instances of this module, and blocks until each has done its rounds (Repetitions,
// for each user), or so long. A user that fails is logged and ends alone; only where all fail is this an error.
func Users(count uint32, until Until) error {
	if got := abi.Users(count, until.of); got.IsErr() {
		return failed(got.Err())
	}
	return nil
}

// TargetInfo is what the engine told of itself when the run began.
type TargetInfo = abi.TargetInfo

// Info of one target.
func Info(target Target) (TargetInfo, error) {
	got := abi.Info(target)
	if got.IsErr() {
		return TargetInfo{}, failed(got.Err())
	}
	return got.Ok(), nil
}
