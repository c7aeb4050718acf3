package dualbench

import (
	abi "dualbench/internal/imports/dualbench_scenario_engines"
)

// Outcome is what came of one workload; the measured exchanges only.
type Outcome = abi.Outcome

// Digest is a distribution in short; a percentile is also missing below its sample floor.
type Digest = abi.Digest

// Workload is one load on one target, driven by the host: start times never depend on the scenario.
type Workload struct {
	Target  Target
	Request Request
	// Several instead of Request, 10000 at most: sent in turn, and again from the first one on.
	Requests []Request
	// Made with Closed, Open or Staged; one user where missing.
	Arrival Arrival
	// Exchanges before the measured ones, under the same load.
	WarmUp uint32
}

// Measure runs the workloads at the same time and blocks until all have ended; one outcome for each, in order.
func Measure(until Until, workloads ...Workload) ([]Outcome, error) {
	loads := make([]abi.Load, len(workloads))
	for i, workload := range workloads {
		load, err := workload.abi()
		if err != nil {
			return nil, err
		}
		loads[i] = load
	}
	end, err := until.abi(loads)
	if err != nil {
		return nil, err
	}
	got := abi.MeasureLoads(loads, end)
	if got.IsErr() {
		return nil, failed(got.Err())
	}
	return got.Ok(), nil
}

func (w Workload) abi() (abi.Load, error) {
	if !w.Arrival.given {
		w.Arrival = Closed(1)
	}
	load := abi.Load{Target: w.Target, Pace: w.Arrival.of, WarmUp: w.WarmUp}
	if w.Arrival.is(abi.Pace_Staged) && len(w.Arrival.of.Staged().Stages) == 0 {
		return load, invalid("Staged has no stages: say where to, as in Staged(1, To(8, 60))")
	}
	switch one := w.Request.Prompt.given || w.Request.Length.given; {
	case w.Requests == nil:
		load.Requests = []abi.Request{w.Request.abi()}
	case one:
		return load, invalid("Request and Requests are both given; keep one")
	case len(w.Requests) == 0:
		return load, invalid("nothing is asked: Requests is empty")
	}
	for _, request := range w.Requests {
		load.Requests = append(load.Requests, request.abi())
	}
	return load, nil
}

// Users makes so many scripted users, fresh instances of this module, and blocks until each has done its rounds (Repetitions,
// for each user), or so long. A user that fails is logged and ends alone; only where all fail is this an error.
func Users(count uint32, until Until) error {
	end, err := until.abi(nil)
	if err != nil {
		return err
	}
	if got := abi.Users(count, end); got.IsErr() {
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
