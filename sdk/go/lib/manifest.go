package dualbench

import (
	abi "dualbench/internal/imports/dualbench_scenario_types"
	"dualbench/internal/wit/types"
)

// Target is what an exchange is asked of.
type Target = abi.Target

const (
	Main     Target = abi.Target_Main
	Mini     Target = abi.Target_Mini
	Pipeline Target = abi.Target_Pipeline
)

// Manifest is what a scenario says of itself. No engine is at hand then, and it must be quick.
type Manifest struct {
	// Lower-case words joined by -.
	Name    string
	Version string
	// What is measured, and what one learns from it.
	Description string
	// What the scenario may ask; any other target is refused.
	Targets []Target
	// The form shows them in this order.
	Params []Param
}

// Param is one parameter. Make it with Integer, Number, Flag, Text or Engine.
type Param struct{ of abi.Param }

func param(name string, value abi.Value) Param {
	return Param{abi.Param{Name: name, Default: value}}
}

// Integer is a whole number. Its name: lower-case words joined by _.
func Integer(name string, value int32) Param { return param(name, abi.MakeValueInteger(value)) }

// Number may have a fraction.
func Number(name string, value float64) Param { return param(name, abi.MakeValueNumber(value)) }

// Flag is yes or no.
func Flag(name string, value bool) Param { return param(name, abi.MakeValueFlag(value)) }

// Text is one of its choices, or any text where it has none.
func Text(name, value string, choices ...string) Param {
	made := param(name, abi.MakeValueText(value))
	made.of.Choices = choices
	return made
}

// Engine is main or mini, to be read with Arguments.Target.
func Engine(name, value string) Param { return Text(name, value, "main", "mini") }

// Help is one sentence for the person who fills in the form.
func (p Param) Help(text string) Param {
	p.of.Help = text
	return p
}

// Unit is shown beside the field: tokens, s, 1/s.
func (p Param) Unit(unit string) Param {
	p.of.Unit = types.Some(unit)
	return p
}

// Range has both ends in it (integer and number).
func (p Param) Range(min, max float64) Param {
	p.of.Min, p.of.Max = types.Some(min), types.Some(max)
	return p
}

func (m Manifest) abi() abi.Manifest {
	made := abi.Manifest{Name: m.Name, Version: m.Version, Description: m.Description, Targets: m.Targets}
	for _, param := range m.Params {
		made.Params = append(made.Params, param.of)
	}
	return made
}
