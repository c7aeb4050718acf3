//! The whole pipeline, from the intent to the answer, asked real questions by users or at an arrival rate.

mod params;
mod questions;

use dualbench_scenario::{
    Arguments, Manifest, Outcome, Result, Scenario, Target, Until, Workload, measure, report,
    scenario,
};

struct FullPipeline;

/// Workloads that the host drives at the same time.
const MOST_AT_ONCE: usize = 64;
/// Open answers of all questions together; arrivals beyond it are shed.
const MAX_OPEN: u32 = 1024;

impl Scenario for FullPipeline {
    fn describe() -> Manifest {
        let manifest = Manifest::new("full-pipeline", env!("CARGO_PKG_VERSION"))
            .description(
                "The whole pipeline, asked a set of questions: from the intent to the first token and to the answer, \
                 stage by stage, with the bottleneck named.",
            )
            .targets(&[Target::Pipeline]);
        params::all().into_iter().fold(manifest, Manifest::param)
    }

    fn run(arguments: &Arguments) -> Result {
        let questions = match arguments.count("prompt_tokens") {
            0 => questions::questions(arguments.text("questions")),
            length => vec![format!("a fresh question of {length} tokens")],
        };
        ask_ahead(&questions[0], arguments)?;
        let rate = arguments.number("rate_per_second");
        let outcomes = if rate > 0.0 {
            arriving(&questions, rate, arguments)?
        } else {
            asked_by_users(&questions, arguments)?
        };
        tell(&questions, &outcomes)
    }
}

/// One answer before all others, as a warm-up. Where no pipeline is configured the run ends here, and says what to
/// configure; a load would only count that nothing was answered.
fn ask_ahead(question: &str, arguments: &Arguments) -> Result {
    report::phase("ahead");
    let request = params::request(question, arguments).as_warm_up();
    Target::Pipeline.start(&request)?.finish()?;
    Ok(())
}

/// Each user has a question, and asks it so often; then the next group of questions.
fn asked_by_users(questions: &[String], arguments: &Arguments) -> Result<Vec<Outcome>> {
    report::phase("questions");
    let groups = questions::groups(questions, arguments.count("users") as usize);
    let total = groups.len() as u32;
    let mut outcomes = Vec::new();
    for (done, group) in (0..total).zip(groups) {
        report::progress(done, total);
        let warm_up = if done == 0 {
            arguments.count("warm_up")
        } else {
            0
        };
        let load = |question: &&str| {
            Workload::closed(Target::Pipeline, params::request(question, arguments), 1)
                .warm_up(warm_up)
        };
        let loads: Vec<Workload> = group.iter().map(load).collect();
        outcomes.extend(measure(&loads, until(arguments))?);
    }
    report::progress(total, total);
    Ok(outcomes)
}

/// Every question arrives at random at its share of the rate; together they arrive at the whole of it, mixed.
fn arriving(questions: &[String], rate: f64, arguments: &Arguments) -> Result<Vec<Outcome>> {
    let n = questions.len();
    if n > MOST_AT_ONCE {
        return Err(format!(
            "{n} questions arrive at a rate, and {MOST_AT_ONCE} are possible; give fewer, or set rate_per_second=0"
        )
        .into());
    }
    report::phase("questions, arriving");
    report::progress(0, 0);
    let load = |question: &String| {
        Workload::open(
            Target::Pipeline,
            params::request(question, arguments),
            rate / n as f64,
        )
        .max_open(MAX_OPEN / n as u32)
        .warm_up(arguments.count("warm_up"))
    };
    let loads: Vec<Workload> = questions.iter().map(load).collect();
    measure(&loads, until(arguments))
}

fn until(arguments: &Arguments) -> Until {
    Until::Repetitions(arguments.count("repetitions"))
}

fn tell(questions: &[String], outcomes: &[Outcome]) -> Result {
    let sum = |count: fn(&Outcome) -> u32| outcomes.iter().map(count).fold(0, u32::saturating_add);
    let (complete, failed, shed) = (sum(|o| o.complete), sum(|o| o.failed), sum(|o| o.shed));
    if complete == 0 {
        return Err(format!(
            "none of {} questions was answered",
            complete.saturating_add(failed)
        )
        .into());
    }
    if failed > 0 || shed > 0 {
        report::warn(format!(
            "{complete} questions were answered, {failed} failed, {shed} were shed"
        ));
    }
    for (question, outcome) in questions.iter().cycle().zip(outcomes) {
        report::info(format!(
            "first token after {} ms, answered after {} ms: {question}",
            outcome.intent_to_first_token_ms, outcome.intent_to_answer_ms
        ));
    }
    Ok(())
}

scenario!(FullPipeline);
