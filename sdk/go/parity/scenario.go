// The scenario that every language has; see sdk/PARITY.md.
package main

import (
	"errors"
	"io"
	"slices"
	"unicode/utf8"

	"dualbench"
)

var manifest = dualbench.Manifest{
	Name:        "parity",
	Version:     "1.0.0",
	Description: "The same in every language: what comes of it must be equal.",
	Targets:     []dualbench.Target{dualbench.Main, dualbench.Mini},
	Params: []dualbench.Param{
		dualbench.Integer("exchanges", 3).Range(0, 1000).Help("Exchanges, one after the other."),
		dualbench.Integer("prompt_tokens", 64).Unit("tokens").Range(1, 4096).Help("Length of a calibrated prompt."),
		dualbench.Integer("output_tokens", 16).Unit("tokens").Range(1, 4096).Help("Length of an answer."),
		dualbench.Number("temperature", 0.5).Range(0, 2).Help("Temperature of the two answers at once."),
		dualbench.Flag("pair", true).Help("Whether two answers are asked for at once."),
		dualbench.Engine("engine", "main").Help("The engine that is asked alone."),
		dualbench.Text("fail", "").Help("Words to fail with, such as: tschüß ✓"),
	},
}

var chunks, tokens, characters, counted uint32

func run(a dualbench.Arguments) error {
	if fail := a.Text("fail"); fail != "" {
		return errors.New(fail)
	}
	exchanges := a.Count("exchanges")
	if exchanges == 0 {
		dualbench.Void("nothing was asked for")
		return nil
	}
	steps := []func(dualbench.Arguments) error{thresholds, alone, pair, ends, load}
	for _, step := range steps {
		if err := step(a); err != nil {
			return err
		}
	}
	if err := said(exchanges); err != nil {
		return err
	}
	dualbench.Metric("chunks", float64(chunks), "chunks")
	dualbench.Metric("tokens", float64(tokens), "tokens")
	dualbench.Metric("characters", float64(characters), "characters")
	dualbench.Metric("counted", float64(counted), "counted")
	dualbench.Metric("seed", float64(dualbench.Seed()), "seed")
	return nil
}

func thresholds(dualbench.Arguments) error {
	if err := dualbench.Threshold("main.e2e_ms.min > 0"); err != nil {
		return err
	}
	err := dualbench.Threshold("fast ✓")
	if err == nil {
		return errors.New("a threshold of nonsense was taken")
	}
	dualbench.Debugf("%v", err)
	return nil
}

func alone(a dualbench.Arguments) error {
	engine, exchanges := a.Target("engine"), a.Count("exchanges")
	dualbench.Phase("warm-up")
	request := calibrated(a, dualbench.Cold)
	request.WarmUp = true
	if _, err := drained(engine, request); err != nil {
		return err
	}
	dualbench.Phase("alone")
	text := ""
	for done := range exchanges {
		dualbench.Progress(done, exchanges)
		exchange, err := dualbench.Start(engine, calibrated(a, dualbench.Warm))
		if err != nil {
			return err
		}
		if err := drain(exchange); err != nil {
			return err
		}
		text = exchange.Text()
		exchange.Drop()
	}
	dualbench.Infof("%s", text)
	dualbench.Progress(exchanges, exchanges)
	return nil
}

func pair(a dualbench.Arguments) error {
	if !a.Flag("pair") {
		return nil
	}
	dualbench.Phase("pair")
	request := dualbench.Request{
		Prompt: dualbench.Messages(
			dualbench.System("Answer briefly ✓"), dualbench.User("Grüße!"), dualbench.Assistant("Ja?"),
		),
		Length:      dualbench.AtMost(a.Count("output_tokens")),
		Temperature: dualbench.Some(float32(a.Number("temperature"))),
		Seed:        dualbench.Some(dualbench.Seed()),
	}
	var open []*dualbench.Exchange
	for _, target := range []dualbench.Target{dualbench.Main, dualbench.Mini} {
		exchange, err := dualbench.Start(target, request)
		if err != nil {
			return err
		}
		open = append(open, exchange)
	}
	for len(open) > 0 {
		ready := dualbench.WaitAny(open)
		for _, index := range slices.Backward(ready) {
			exchange := open[index]
			err := take(exchange)
			if err == nil {
				continue
			}
			if err != io.EOF {
				return err
			}
			if err := end(exchange); err != nil {
				return err
			}
			exchange.Drop()
			open = slices.Delete(open, index, index+1)
		}
	}
	return nil
}

func ends(dualbench.Arguments) error {
	dualbench.Phase("ends")
	request := dualbench.Request{
		Prompt: dualbench.PromptText("Count to a thousand."),
		Length: dualbench.AtMost(1000),
		WarmUp: true,
	}
	exchange, err := dualbench.Start(dualbench.Mini, request)
	if err != nil {
		return err
	}
	if _, err := exchange.Next(); err != nil {
		return err
	}
	exchange.Cancel()
	measures, err := exchange.Finish()
	if err != nil {
		return err
	}
	dualbench.Debugf("%s", dualbench.EndingWord(measures.Ending))
	exchange.Drop()
	_, err = dualbench.Start(dualbench.Pipeline, request)
	switch {
	case err == nil:
		return errors.New("the pipeline was not refused")
	case !errors.Is(err, dualbench.ErrNotAllowed):
		return err
	}
	dualbench.Warnf("%v", err)
	info, err := dualbench.Info(dualbench.Main)
	if err != nil {
		return err
	}
	dualbench.Infof("%s", info.Dialect)
	model, known := info.Model.Get()
	if !known {
		model = "none"
	}
	dualbench.Infof("%s", model)
	return nil
}

func load(a dualbench.Arguments) error {
	dualbench.Phase("load")
	closed, err := dualbench.Measure(dualbench.Repetitions(4), dualbench.Workload{
		Target:  dualbench.Mini,
		Request: calibrated(a, dualbench.Cold),
		Arrival: dualbench.Closed(2),
		WarmUp:  1,
	})
	if err != nil {
		return err
	}
	dualbench.Metric("measured", float64(closed[0].Complete+closed[0].Failed), "exchanges")
	open, err := dualbench.Measure(dualbench.Seconds(0.2), dualbench.Workload{
		Target: dualbench.Main,
		Request: dualbench.Request{
			Prompt: dualbench.PromptText("Hello."),
			Length: dualbench.AtMost(a.Count("output_tokens")),
		},
		Arrival: dualbench.Open(50, dualbench.Constant, 4),
	})
	if err != nil {
		return err
	}
	dualbench.Metric("open_known", known(open[0].TtftMs.Median), "flag")
	return staged(a)
}

func staged(a dualbench.Arguments) error {
	var inTurn []dualbench.Request
	for _, text := range []string{"One.", "Two ✓"} {
		length := dualbench.AtMost(a.Count("output_tokens"))
		inTurn = append(inTurn, dualbench.Request{Prompt: dualbench.PromptText(text), Length: length})
	}
	stages := []dualbench.Stage{dualbench.To(60, 0.1), dualbench.To(30, 0), dualbench.To(30, 0.1)}
	outcomes, err := dualbench.Measure(dualbench.EndOfStages(), dualbench.Workload{
		Target:   dualbench.Mini,
		Requests: inTurn,
		Arrival:  dualbench.Staged(20, stages...).Spacing(dualbench.Constant).MaxOpen(4),
		WarmUp:   1,
	})
	if err != nil {
		return err
	}
	dualbench.Metric("staged_known", known(outcomes[0].TtftMs.Median), "flag")
	return nil
}

func known(figure dualbench.Optional[float64]) float64 {
	if _, there := figure.Get(); there {
		return 1
	}
	return 0
}

func said(exchanges uint32) error {
	dualbench.Mark("measured ✓")
	dualbench.Count("done", float64(exchanges))
	dualbench.Count("done", 0.5)
	for _, name := range dualbench.DataNames() {
		bytes, err := dualbench.ReadData(name)
		if err != nil {
			return err
		}
		dualbench.Metric("data", float64(len(bytes)), name)
	}
	if _, err := dualbench.ReadData("../none"); err != nil {
		dualbench.Debugf("%v", err)
		return nil
	}
	return errors.New("a path was taken")
}

func calibrated(a dualbench.Arguments, cache dualbench.Cache) dualbench.Request {
	return dualbench.Request{
		Prompt: dualbench.Calibrated(a.Count("prompt_tokens"), cache),
		Length: dualbench.Exactly(a.Count("output_tokens")),
	}
}

func drained(engine dualbench.Target, request dualbench.Request) (*dualbench.Exchange, error) {
	exchange, err := dualbench.Start(engine, request)
	if err != nil {
		return nil, err
	}
	defer exchange.Drop()
	return exchange, drain(exchange)
}

func drain(exchange *dualbench.Exchange) error {
	for {
		switch err := take(exchange); err {
		case nil:
		case io.EOF:
			return end(exchange)
		default:
			return err
		}
	}
}

// io.EOF where there was no chunk.
func take(exchange *dualbench.Exchange) error {
	chunk, err := exchange.Next()
	if err != nil {
		return err
	}
	chunks++
	if known, there := chunk.Tokens.Get(); there {
		tokens += known
	}
	characters += uint32(utf8.RuneCountInString(chunk.Text))
	return nil
}

func end(exchange *dualbench.Exchange) error {
	measures, err := exchange.Finish()
	if err == nil && (measures.Ending == dualbench.Complete || measures.Ending == dualbench.LengthReached) {
		counted++
	}
	return err
}

func init() { dualbench.Register(manifest, run) }

func main() {}
