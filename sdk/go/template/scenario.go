// How long a listener waits until a whole sentence can be read out: the host cannot know what a sentence is.
package main

import (
	"strings"

	"dualbench"
)

var manifest = dualbench.Manifest{
	Name:        "my-scenario",
	Version:     "0.1.0",
	Description: "How soon the first whole sentence of an answer is there.",
	Targets:     []dualbench.Target{dualbench.Main, dualbench.Mini},
	Params: []dualbench.Param{
		dualbench.Engine("engine", "mini").Help("The engine that is asked."),
		dualbench.Integer("answers", 12).Range(1, 1000).Help("Answers that are asked for, one after the other."),
		dualbench.Text("question", "What is a tide?").Help("What the engine is asked."),
	},
}

func run(arguments dualbench.Arguments) error {
	engine, answers := arguments.Target("engine"), arguments.Count("answers")
	request := dualbench.Request{
		Prompt: dualbench.Messages(
			dualbench.System("Answer in three short sentences."),
			dualbench.User(arguments.Text("question")),
		),
		Length: dualbench.AtMost(120),
	}

	dualbench.Phase("asking")
	for done := range answers {
		dualbench.Progress(done, answers)
		if err := firstSentence(engine, request); err != nil {
			return err
		}
	}
	dualbench.Progress(answers, answers)
	return nil
}

// Asks once, and tells the moment of the first full stop, where there is one.
func firstSentence(engine dualbench.Target, request dualbench.Request) error {
	exchange, err := dualbench.Start(engine, request)
	if err != nil {
		return err
	}
	defer exchange.Drop()
	told := false
	for chunk, err := range exchange.Chunks() {
		if err != nil {
			return err
		}
		if !told && strings.ContainsAny(chunk.Text, ".!?") {
			dualbench.Metric("first_sentence_ms", chunk.OffsetMs, "ms")
			told = true
		}
	}
	return nil
}

func init() { dualbench.Register(manifest, run) }

func main() {}
