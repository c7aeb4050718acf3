package dualbench

import (
	"fmt"
	"strings"

	abi "dualbench/internal/imports/dualbench_scenario_types"
	"dualbench/internal/wit/types"
)

type argument = types.Tuple2[string, abi.Value]

// Arguments are the values of the parameters, complete and checked by the host. Asking for a name that the manifest lacks, or
// for another type, is a mistake in the scenario: it panics, and the run's log says which name and what is known.
type Arguments struct{ items []argument }

func (a Arguments) Integer(name string) int32 { return a.value(name, abi.Value_Integer).Integer() }

// Count is an integer that must not be negative: give the parameter such a range.
func (a Arguments) Count(name string) uint32 {
	value := a.Integer(name)
	if value < 0 {
		panic(fmt.Sprintf("parameter %q is %d, which is no count: give it a range from 0 up", name, value))
	}
	return uint32(value)
}

func (a Arguments) Number(name string) float64 { return a.value(name, abi.Value_Number).Number() }
func (a Arguments) Flag(name string) bool      { return a.value(name, abi.Value_Flag).Flag() }
func (a Arguments) Text(name string) string    { return a.value(name, abi.Value_Text).Text() }

// Target reads a text with the choices main, mini, pipeline.
func (a Arguments) Target(name string) Target {
	switch text := a.Text(name); text {
	case "main":
		return Main
	case "mini":
		return Mini
	case "pipeline":
		return Pipeline
	default:
		panic(fmt.Sprintf("parameter %q is %q, which is no target", name, text))
	}
}

func (a Arguments) value(name string, tag uint8) abi.Value {
	var known []string
	for _, item := range a.items {
		if item.F0 != name {
			known = append(known, item.F0)
			continue
		}
		if item.F1.Tag() != tag {
			panic(fmt.Sprintf("parameter %q was asked for as another type than its default's", name))
		}
		return item.F1
	}
	panic(fmt.Sprintf("no parameter %q; the manifest declares: %s", name, strings.Join(known, ", ")))
}
