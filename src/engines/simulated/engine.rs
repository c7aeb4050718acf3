//! One simulated engine: what all its exchanges share, and the plan it makes for each answer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::Semaphore;

use super::activity::Activity;
use super::ask::Ask;
use super::pace::Company;
use super::profile::Profile;
use super::prompt_cache::PromptCache;
use super::seeded::Seeded;
use super::timer::Timer;
use super::tokenizer::pieces;
use super::truth::{TrueEnding, Truth};
use super::wire::Refusal;

#[derive(Debug)]
pub struct Engine {
    /// `main` or `mini`; names exchanges that bring no id, and salts the seed.
    pub role: &'static str,
    pub profile: Profile,
    pub activity: Arc<Activity>,
    pub truth: Arc<Truth>,
    pub timer: Arc<Timer>,
    pub slots: Semaphore,
    /// `GET /truth` answers.
    pub serves_truth: bool,
    neighbour: Arc<Activity>,
    prompts: Mutex<PromptCache>,
    seed: u64,
    exchanges: AtomicU64,
}

/// What an answer will be, decided before its first token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerPlan {
    /// 1 for the engine's first exchange.
    pub ordinal: u64,
    pub prompt_tokens: u32,
    pub cached_tokens: u32,
    /// Tokens to generate, a stop token included.
    pub output_tokens: u32,
    pub ending: TrueEnding,
    /// The answer's tokens, where a grammar fixed them.
    pub pieces: Vec<String>,
}

impl AnswerPlan {
    /// Tokens with text: a stop token has none.
    pub fn visible_tokens(&self) -> u32 {
        self.output_tokens - u32::from(self.ending == TrueEnding::Stop)
    }

    pub fn reason(&self) -> &'static str {
        if self.ending == TrueEnding::Stop { "stop" } else { "length" }
    }
}

/// What an engine is made of, beside its own state.
pub struct EngineParts {
    pub role: &'static str,
    pub profile: Profile,
    pub activity: Arc<Activity>,
    pub neighbour: Arc<Activity>,
    pub timer: Arc<Timer>,
    pub seed: u64,
    pub serves_truth: bool,
}

impl Engine {
    pub fn new(parts: EngineParts) -> Engine {
        let EngineParts { role, profile, activity, neighbour, timer, seed, serves_truth } = parts;
        Engine {
            role,
            slots: Semaphore::new(profile.slots.min(Semaphore::MAX_PERMITS)),
            prompts: Mutex::new(PromptCache::new(profile.slots)),
            truth: Arc::default(),
            exchanges: AtomicU64::new(0),
            seed: Seeded::salted(seed, role).bits(),
            profile,
            activity,
            neighbour,
            timer,
            serves_truth,
        }
    }

    /// Decides the answer's length and what of the prompt is cached. Refuses a prompt that fills the context.
    pub fn plan(&self, ask: &Ask) -> Result<AnswerPlan, Refusal> {
        let (prompt_tokens, context_tokens) = (ask.prompt_tokens(), self.profile.context_tokens);
        if prompt_tokens >= context_tokens {
            return Err(Refusal::too_long(prompt_tokens, context_tokens));
        }
        let ordinal = self.exchanges.fetch_add(1, Ordering::Relaxed) + 1;
        let room = ask.max_tokens.unwrap_or(u32::MAX).min(context_tokens - prompt_tokens);
        let pieces = self.choice(ask, ordinal);
        let stop_at = match pieces.len() {
            0 if ask.ignore_eos => u32::MAX,
            0 => self.stop_at(ask, ordinal),
            // Behind the grammar's last token only a stop is allowed.
            n => n as u32 + 1,
        };
        let ending = if stop_at <= room { TrueEnding::Stop } else { TrueEnding::Length };
        Ok(AnswerPlan {
            ordinal,
            prompt_tokens,
            cached_tokens: self.cached_tokens(ask),
            output_tokens: room.min(stop_at),
            ending,
            pieces,
        })
    }

    /// The tokens of the alternative that the seed picks; none without a grammar.
    fn choice(&self, ask: &Ask, ordinal: u64) -> Vec<String> {
        let picked = self.words(ask, ordinal).below(ask.choices.len() as u64) as usize;
        ask.choices.get(picked).map(|text| pieces(text).map(str::to_owned).collect()).unwrap_or_default()
    }

    /// The words of an answer: the same for the same seed and prompt; another for each exchange when no seed is given.
    pub fn words(&self, ask: &Ask, ordinal: u64) -> Seeded {
        let asked =
            ask.seed.map_or_else(|| Seeded::new(ordinal).bits(), |seed| Seeded::new(seed).bits().rotate_left(17));
        let prompt = ask.prompt.iter().fold(0u64, |hash, id| hash.rotate_left(5).wrapping_mul(31) ^ u64::from(*id));
        Seeded::new(self.seed ^ asked ^ prompt)
    }

    /// The rhythm of an exchange: by its place in the engine's life, so that repeating a request does not repeat its jitter.
    pub fn rhythm(&self, ordinal: u64) -> Seeded {
        Seeded::salted(self.seed ^ Seeded::new(ordinal).bits(), "rhythm")
    }

    /// Who is at work right now. Read at every token.
    pub fn company(&self) -> Company {
        Company { own_streams: self.activity.streams(), other_engine_works: self.neighbour.streams() > 0 }
    }

    pub fn hold_prompt(&self, ask: &Ask) {
        self.prompts.lock().expect("prompt cache lock poisoned").hold(ask.prompt.clone());
    }

    fn cached_tokens(&self, ask: &Ask) -> u32 {
        if !ask.cache_prompt {
            return 0;
        }
        self.prompts.lock().expect("prompt cache lock poisoned").cached_tokens(&ask.prompt, ask.template_tokens)
    }

    fn stop_at(&self, ask: &Ask, ordinal: u64) -> u32 {
        let (first, last) = (*self.profile.stop_after.start(), *self.profile.stop_after.end());
        let drawn = self.words(ask, ordinal).below(u64::from(last - first) + 1);
        first + drawn as u32
    }
}
