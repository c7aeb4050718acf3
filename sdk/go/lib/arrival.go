package dualbench

import (
	abi "dualbench/internal/imports/dualbench_scenario_engines"
)

// Spacing of arrivals.
type Spacing = abi.Spacing

const (
	Constant Spacing = abi.Spacing_Constant
	Poisson  Spacing = abi.Spacing_Poisson
)

// Open exchanges of a staged load where it says nothing.
const defaultMaxOpen = 64

// Arrival says when the requests of a workload start. It is made with Closed, Open or Staged.
type Arrival struct {
	of    abi.Pace
	given bool
}

// Closed is this many users, each sending its next request when its last one has ended.
func Closed(users uint32) Arrival { return Arrival{abi.MakePaceClosed(users), true} }

// Open is arrivals at a rate; beyond maxOpen open exchanges they are shed: counted, never delayed.
func Open(perSecond float64, spacing Spacing, maxOpen uint32) Arrival {
	return Arrival{abi.MakePaceOpen(abi.OpenLoop{RatePerSecond: perSecond, Spacing: spacing, MaxOpen: maxOpen}), true}
}

// Staged is arrivals at a rate that changes: it begins at fromPerSecond and runs through the stages (1 to 1000); the last one's
// rate then stays. Arrivals are at random and beyond 64 open exchanges shed, unless Spacing and MaxOpen say otherwise. EndOfStages
// ends it with its stages.
//
//	dualbench.Staged(1, dualbench.To(8, 60), dualbench.To(8, 30))
func Staged(fromPerSecond float64, stages ...Stage) Arrival {
	return staged(abi.StagedLoop{FromPerSecond: fromPerSecond, Stages: stages, Spacing: Poisson, MaxOpen: defaultMaxOpen})
}

// Spacing says how the arrivals are spaced; a closed loop has none and stays as it is.
func (a Arrival) Spacing(spacing Spacing) Arrival {
	switch {
	case a.is(abi.Pace_Open):
		return Open(a.of.Open().RatePerSecond, spacing, a.of.Open().MaxOpen)
	case a.is(abi.Pace_Staged):
		loop := a.of.Staged()
		loop.Spacing = spacing
		return staged(loop)
	}
	return a
}

// MaxOpen sheds arrivals beyond this many open exchanges: counted, never delayed. A closed loop stays as it is.
func (a Arrival) MaxOpen(maxOpen uint32) Arrival {
	switch {
	case a.is(abi.Pace_Open):
		return Open(a.of.Open().RatePerSecond, a.of.Open().Spacing, maxOpen)
	case a.is(abi.Pace_Staged):
		loop := a.of.Staged()
		loop.MaxOpen = maxOpen
		return staged(loop)
	}
	return a
}

func staged(loop abi.StagedLoop) Arrival { return Arrival{abi.MakePaceStaged(loop), true} }

func (a Arrival) is(tag uint8) bool { return a.given && a.of.Tag() == tag }

// Stage is a part of a load whose rate changes; To makes one.
type Stage = abi.Stage

// To goes from the rate before it to this one, in a straight line over so many seconds. To the same rate is a plateau, over 0
// seconds a jump, to 0 arrivals the way into a pause.
func To(perSecond, seconds float64) Stage { return Stage{Seconds: seconds, RatePerSecond: perSecond} }
