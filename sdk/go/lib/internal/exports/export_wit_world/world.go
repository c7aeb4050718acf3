// Package export_wit_world is where the generated exports look for the scenario; the SDK puts it there.
package export_wit_world

import (
	world "dualbench/internal/imports/dualbench_scenario_types"
	"dualbench/internal/wit/types"
)

var (
	Scenario struct {
		Describe func() world.Manifest
		Run      func(arguments []types.Tuple2[string, world.Value]) error
		User     func(arguments []types.Tuple2[string, world.Value], index uint32) error
	}
)

func Describe() world.Manifest { return Scenario.Describe() }

func Run(arguments []types.Tuple2[string, world.Value]) types.Result[types.Unit, string] {
	if err := Scenario.Run(arguments); err != nil {
		return types.Err[types.Unit, string](err.Error())
	}
	return types.Ok[types.Unit, string](types.Unit{})
}

func User(arguments []types.Tuple2[string, world.Value], index uint32) types.Result[types.Unit, string] {
	if Scenario.User == nil {
		return types.Err[types.Unit, string]("it has no users: call dualbench.RegisterUser in init")
	}
	if err := Scenario.User(arguments, index); err != nil {
		return types.Err[types.Unit, string](err.Error())
	}
	return types.Ok[types.Unit, string](types.Unit{})
}
