package dualbench

import (
	abi "dualbench/internal/imports/dualbench_scenario_engines"
)

// Cache says whether an engine's prompt cache may help with a calibrated prompt.
type Cache = abi.Cache

const (
	Cold Cache = abi.Cache_Cold
	Warm Cache = abi.Cache_Warm
)

// Prompt is made with Calibrated, PromptText or Messages.
type Prompt struct {
	of    abi.Prompt
	given bool
}

// Calibrated is a text of exactly this many of the engine's own tokens, made by the host before the clock starts.
func Calibrated(tokens uint32, cache Cache) Prompt {
	return Prompt{abi.MakePromptCalibrated(abi.Calibrated{Tokens: tokens, Cache: cache}), true}
}

// PromptText is continued as it is where the dialect can, and sent as one user message elsewhere.
func PromptText(text string) Prompt { return Prompt{abi.MakePromptText(text), true} }

// Messages is a conversation so far.
func Messages(messages ...Message) Prompt { return Prompt{abi.MakePromptMessages(messages), true} }

// Message is made with System, User or Assistant.
type Message = abi.Message

func System(content string) Message    { return Message{Role: abi.Role_System, Content: content} }
func User(content string) Message      { return Message{Role: abi.Role_User, Content: content} }
func Assistant(content string) Message { return Message{Role: abi.Role_Assistant, Content: content} }

// Length is made with Exactly or AtMost; without one, an answer has 256 tokens at most.
type Length struct {
	of    abi.Length
	given bool
}

// Exactly so many tokens where the engine can be told to go on; elsewhere as AtMost.
func Exactly(tokens uint32) Length { return Length{abi.MakeLengthExact(tokens), true} }

// AtMost so many tokens, and the engine's own stop before.
func AtMost(tokens uint32) Length { return Length{abi.MakeLengthAtMost(tokens), true} }

// Request is what is asked of an engine.
type Request struct {
	Prompt Prompt
	Length Length
	// The engine's own default where missing.
	Temperature Optional[float32]
	// Seed of the engine's sampling; derived from the run's seed where missing.
	Seed Optional[uint32]
	// A warm-up exchange is stored, but enters no statistic.
	WarmUp bool
}

func (r Request) abi() abi.Request {
	if !r.Prompt.given {
		r.Prompt = PromptText("")
	}
	if !r.Length.given {
		r.Length = AtMost(256)
	}
	return abi.Request{
		Prompt:      r.Prompt.of,
		Length:      r.Length.of,
		Temperature: r.Temperature,
		Seed:        r.Seed,
		WarmUp:      r.WarmUp,
	}
}
