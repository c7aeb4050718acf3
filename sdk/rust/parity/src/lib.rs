//! The scenario that every language has (sdk/PARITY.md). This one is the measure of the others.

use dualbench_scenario::{
    Arguments, Cache, Ending, Error, Exchange, Manifest, Message, Param, Request, Result, Scenario,
    Spacing, Stage, Target, Until, Workload, data, report, scenario, wait_any,
};

struct Parity;

/// What the exchanges came to.
#[derive(Default)]
struct Tally {
    chunks: u32,
    tokens: u32,
    characters: u32,
    counted: u32,
}

impl Scenario for Parity {
    fn describe() -> Manifest {
        Manifest::new("parity", "1.0.0")
            .description("The same in every language: what comes of it must be equal.")
            .targets(&[Target::Main, Target::Mini])
            .param(
                Param::integer("exchanges", 3)
                    .range(0, 1000)
                    .help("Exchanges, one after the other."),
            )
            .param(
                Param::integer("prompt_tokens", 64)
                    .unit("tokens")
                    .range(1, 4096)
                    .help("Length of a calibrated prompt."),
            )
            .param(
                Param::integer("output_tokens", 16)
                    .unit("tokens")
                    .range(1, 4096)
                    .help("Length of an answer."),
            )
            .param(
                Param::number("temperature", 0.5)
                    .range(0, 2)
                    .help("Temperature of the two answers at once."),
            )
            .param(Param::flag("pair", true).help("Whether two answers are asked for at once."))
            .param(
                Param::choice("engine", Target::Main)
                    .only(&[Target::Main, Target::Mini])
                    .help("The engine that is asked alone."),
            )
            .param(Param::text("fail", "").help("Words to fail with, such as: tschüß ✓"))
    }

    fn run(arguments: &Arguments) -> Result {
        let fail = arguments.text("fail");
        if !fail.is_empty() {
            return Err(fail.into());
        }
        let exchanges = arguments.count("exchanges");
        if exchanges == 0 {
            report::void("nothing was asked for");
            return Ok(());
        }
        let mut tally = Tally::default();
        thresholds()?;
        alone(arguments, exchanges, &mut tally)?;
        if arguments.flag("pair") {
            pair(arguments, &mut tally)?;
        }
        ends()?;
        load(arguments)?;
        told(exchanges)?;
        for (name, value) in [
            ("chunks", tally.chunks),
            ("tokens", tally.tokens),
            ("characters", tally.characters),
            ("counted", tally.counted),
        ] {
            report::metric(name, f64::from(value), name);
        }
        report::metric("seed", f64::from(report::seed()), "seed");
        Ok(())
    }
}

fn thresholds() -> Result {
    report::threshold("main.e2e_ms.min > 0")?;
    match report::threshold("fast ✓") {
        Ok(()) => Err("a threshold of nonsense was taken".into()),
        Err(why) => {
            report::debug(why.to_string());
            Ok(())
        }
    }
}

fn alone(arguments: &Arguments, exchanges: u32, tally: &mut Tally) -> Result {
    let engine: Target = arguments.choice("engine");
    let request = calibrated(arguments);
    report::phase("warm-up");
    drain(&engine.start(&request.clone().as_warm_up())?, tally)?;
    report::phase("alone");
    let request = request.cache(Cache::Warm);
    let mut text = String::new();
    for done in 0..exchanges {
        report::progress(done, exchanges);
        let exchange = engine.start(&request)?;
        drain(&exchange, tally)?;
        text = exchange.text();
    }
    report::info(text);
    report::progress(exchanges, exchanges);
    Ok(())
}

fn pair(arguments: &Arguments, tally: &mut Tally) -> Result {
    report::phase("pair");
    let request = Request::messages([
        Message::system("Answer briefly ✓"),
        Message::user("Grüße!"),
        Message::assistant("Ja?"),
    ])
    .at_most(arguments.count("output_tokens"))
    .temperature(arguments.number("temperature") as f32)
    .seed(report::seed());
    let mut open = vec![Target::Main.start(&request)?, Target::Mini.start(&request)?];
    while !open.is_empty() {
        let ready = wait_any(&open.iter().collect::<Vec<_>>());
        for index in ready.into_iter().rev() {
            if !tally.chunk(&open[index])? {
                tally.ending(&open[index])?;
                open.remove(index);
            }
        }
    }
    Ok(())
}

fn ends() -> Result {
    report::phase("ends");
    let request = Request::text("Count to a thousand.").at_most(1000).as_warm_up();
    let exchange = Target::Mini.start(&request)?;
    exchange.next_chunk()?;
    exchange.cancel();
    report::debug(word(exchange.finish()?.ending));
    drop(exchange);
    match Target::Pipeline.start(&request) {
        Err(Error::NotAllowed(why)) => report::warn(why),
        Err(other) => return Err(other),
        Ok(_) => return Err("the pipeline was not refused".into()),
    }
    let info = Target::Main.info()?;
    report::info(info.dialect);
    report::info(info.model.as_deref().unwrap_or("none"));
    Ok(())
}

fn load(arguments: &Arguments) -> Result {
    report::phase("load");
    let closed = Workload::closed(Target::Mini, calibrated(arguments), 2)
        .warm_up(1)
        .measure(Until::Repetitions(4))?;
    report::metric("measured", f64::from(closed.measured()), "exchanges");
    let request = Request::text("Hello.").at_most(arguments.count("output_tokens"));
    let open = Workload::open(Target::Main, request, 50.0)
        .spacing(Spacing::Constant)
        .max_open(4)
        .measure(Until::Seconds(0.2))?;
    let known = f64::from(u8::from(open.ttft_ms.median.is_some()));
    report::metric("open_known", known, "flag");
    staged(arguments)
}

fn staged(arguments: &Arguments) -> Result {
    let request = |text| Request::text(text).at_most(arguments.count("output_tokens"));
    let stages = [Stage::to(60.0, 0.1), Stage::to(30.0, 0.0), Stage::to(30.0, 0.1)];
    let until = Until::end_of(&stages);
    let staged = Workload::staged(Target::Mini, [request("One."), request("Two ✓")], 20.0, stages)
        .spacing(Spacing::Constant)
        .max_open(4)
        .warm_up(1)
        .measure(until)?;
    let known = f64::from(u8::from(staged.ttft_ms.median.is_some()));
    report::metric("staged_known", known, "flag");
    Ok(())
}

fn told(exchanges: u32) -> Result {
    report::mark("measured ✓");
    report::count("done", f64::from(exchanges));
    report::count("done", 0.5);
    for name in data::names() {
        report::metric("data", data::read(&name)?.len() as f64, &name);
    }
    match data::read("../none") {
        Ok(_) => Err("a path was taken".into()),
        Err(why) => {
            report::debug(why.to_string());
            Ok(())
        }
    }
}

fn calibrated(arguments: &Arguments) -> Request {
    Request::calibrated(arguments.count("prompt_tokens"))
        .exactly(arguments.count("output_tokens"))
}

fn drain(exchange: &Exchange, tally: &mut Tally) -> Result {
    while tally.chunk(exchange)? {}
    tally.ending(exchange)
}

impl Tally {
    /// Whether there was one.
    fn chunk(&mut self, exchange: &Exchange) -> Result<bool> {
        let Some(chunk) = exchange.next_chunk()? else {
            return Ok(false);
        };
        self.chunks += 1;
        self.tokens += chunk.tokens.unwrap_or(0);
        self.characters += chunk.text.chars().count() as u32;
        Ok(true)
    }

    fn ending(&mut self, exchange: &Exchange) -> Result {
        let ending = exchange.finish()?.ending;
        self.counted += u32::from(matches!(ending, Ending::Complete | Ending::Length));
        Ok(())
    }
}

fn word(ending: Ending) -> &'static str {
    match ending {
        Ending::Complete => "complete",
        Ending::Length => "length",
        Ending::Cancelled => "cancelled",
        Ending::Stalled => "stalled",
        Ending::Truncated => "truncated",
        Ending::Refused => "refused",
        Ending::Broken => "broken",
        Ending::Malformed => "malformed",
    }
}

scenario!(Parity);
