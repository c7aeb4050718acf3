package dualbench

import (
	abi "dualbench/internal/imports/dualbench_scenario_engines"
)

// Until is made with Repetitions, Seconds or EndOfStages.
type Until struct {
	of    abi.Until
	given bool
}

// Repetitions is this many measured exchanges for each workload; all go on until the slowest has them.
func Repetitions(count uint32) Until { return Until{abi.MakeUntilRepetitions(count), true} }

// Seconds lasts this long; exchanges that are open then are still finished and counted.
func Seconds(seconds float64) Until { return Until{abi.MakeUntilSeconds(seconds), true} }

// EndOfStages lasts as long as the stages of the staged workload, the longest ones where several are measured together.
func EndOfStages() Until { return Until{} }

func (u Until) abi(loads []abi.Load) (abi.Until, error) {
	if u.given {
		return u.of, nil
	}
	longest, found := 0.0, false
	for _, load := range loads {
		if load.Pace.Tag() != abi.Pace_Staged {
			continue
		}
		seconds := 0.0
		for _, stage := range load.Pace.Staged().Stages {
			seconds += stage.Seconds
		}
		longest, found = max(longest, seconds), true
	}
	if !found {
		return u.of, invalid("EndOfStages, and no workload is Staged: say Repetitions(20) or Seconds(30)")
	}
	return abi.MakeUntilSeconds(longest), nil
}
