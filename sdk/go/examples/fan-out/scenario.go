// One question, many answers: a fan-out asks the same thing of an engine many times at once and takes the first few answers
// that are whole, as agents and voting do. Told: how long until the first, the middle and the last of those wanted were there,
// and how much work the others had done when they were cancelled.
package main

import (
	"errors"
	"fmt"
	"io"

	"dualbench"
)

var manifest = dualbench.Manifest{
	Name:        "fan-out",
	Version:     "1.0.0",
	Description: "How long until enough of many answers at once are whole, and what the others cost until then.",
	Targets:     []dualbench.Target{dualbench.Main, dualbench.Mini},
	Params: []dualbench.Param{
		dualbench.Engine("engine", "mini").Help("The engine that is asked."),
		dualbench.Integer("answers", 32).Range(2, 512).Help("Answers that are asked for at once."),
		dualbench.Integer("wanted", 8).Range(1, 512).Help("Whole answers after which the others are cancelled."),
		dualbench.Integer("rounds", 3).Range(1, 100).Help("Times that all of it is done."),
		dualbench.Integer("answer_tokens", 48).Unit("tokens").Range(1, 1024).Help("The longest answer."),
	},
}

type fan struct {
	open   []*dualbench.Exchange
	chunks map[*dualbench.Exchange]int
	// When each whole answer was there.
	whole []float64
}

func run(a dualbench.Arguments) error {
	answers, wanted, rounds := a.Count("answers"), int(a.Count("wanted")), a.Count("rounds")
	if uint32(wanted) > answers {
		return fmt.Errorf("%d answers are wanted of %d: ask for more, or want fewer", wanted, answers)
	}
	request := dualbench.Request{
		Prompt: dualbench.Messages(dualbench.User("Give me one name for a café by the sea, and say why in two sentences.")),
		Length: dualbench.AtMost(a.Count("answer_tokens")),
	}
	for round := range rounds {
		dualbench.Progress(round, rounds)
		dualbench.Phase("fan-out")
		f, err := open(a.Target("engine"), request, answers)
		if err != nil {
			return err
		}
		if err := f.gather(wanted); err != nil {
			return err
		}
		f.tell(wanted)
	}
	dualbench.Progress(rounds, rounds)
	return nil
}

func open(engine dualbench.Target, request dualbench.Request, answers uint32) (*fan, error) {
	f := &fan{chunks: map[*dualbench.Exchange]int{}}
	for range answers {
		exchange, err := dualbench.Start(engine, request)
		switch {
		case errors.Is(err, dualbench.ErrLimit):
			dualbench.Warnf("only %d answers at once: %v", len(f.open), err)
			return f, nil
		case err != nil:
			return nil, err
		}
		f.open = append(f.open, exchange)
	}
	return f, nil
}

// Reads whatever is there until enough answers are whole, then gives up the others.
func (f *fan) gather(wanted int) error {
	for len(f.open) > 0 && len(f.whole) < wanted {
		ready := dualbench.WaitAny(f.open)
		// From behind, so that those in front keep their places.
		for at := len(ready) - 1; at >= 0; at-- {
			if err := f.read(ready[at]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *fan) read(index int) error {
	exchange := f.open[index]
	_, err := exchange.Next()
	if err == nil {
		f.chunks[exchange]++
		return nil
	}
	if err != io.EOF {
		return err
	}
	measures, err := exchange.Finish()
	if err != nil {
		return err
	}
	if measures.Ending == dualbench.Complete || measures.Ending == dualbench.LengthReached {
		f.whole = append(f.whole, float64(dualbench.Elapsed().Microseconds())/1000)
	}
	exchange.Drop()
	delete(f.chunks, exchange)
	f.open = append(f.open[:index], f.open[index+1:]...)
	return nil
}

func (f *fan) tell(wanted int) {
	lost := 0
	for _, exchange := range f.open {
		lost += f.chunks[exchange]
		exchange.Drop()
	}
	dualbench.Metric("chunks_lost", float64(lost), "chunks")
	if len(f.whole) < wanted {
		dualbench.Warnf("only %d answers were whole, %d were wanted", len(f.whole), wanted)
		return
	}
	dualbench.Metric("first_to_last_wanted_ms", f.whole[wanted-1]-f.whole[0], "ms")
}

func init() { dualbench.Register(manifest, run) }

func main() {}
