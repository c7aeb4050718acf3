//! How long a listener waits until a whole sentence can be read out: the host cannot know what a sentence is.

use dualbench_scenario::{
    Arguments, Manifest, Message, Param, Request, Result, Scenario, Target, report, scenario,
};

struct FirstSentence;

impl Scenario for FirstSentence {
    fn describe() -> Manifest {
        Manifest::new("my-scenario", env!("CARGO_PKG_VERSION"))
            .description("How soon the first whole sentence of an answer is there.")
            .targets(&[Target::Main, Target::Mini])
            .param(Param::choice("engine", Target::Mini).only(&[Target::Main, Target::Mini]))
            .param(
                Param::integer("answers", 12)
                    .range(1, 1000)
                    .help("Answers that are asked for, one after the other."),
            )
            .param(Param::text("question", "What is a tide?").help("What the engine is asked."))
    }

    fn run(arguments: &Arguments) -> Result {
        let engine: Target = arguments.choice("engine");
        let answers = arguments.count("answers");
        let request = Request::messages([
            Message::system("Answer in three short sentences."),
            Message::user(arguments.text("question")),
        ])
        .at_most(120);

        report::phase("asking");
        for done in 0..answers {
            report::progress(done, answers);
            if let Some(ms) = first_sentence_ms(engine, &request)? {
                report::metric("first_sentence_ms", ms, "ms");
            }
        }
        report::progress(answers, answers);
        Ok(())
    }
}

/// `None` where the answer ended without a full stop.
fn first_sentence_ms(engine: Target, request: &Request) -> Result<Option<f64>> {
    let exchange = engine.start(request)?;
    let mut first = None;
    for chunk in &exchange {
        let chunk = chunk?;
        if first.is_none() && chunk.text.contains(['.', '!', '?']) {
            first = Some(chunk.offset_ms);
        }
    }
    Ok(first)
}

scenario!(FirstSentence);
