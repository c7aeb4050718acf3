/* What dualbench.h promises, over the generated scenario.h. */
#include "dualbench.h"
#include <stdlib.h>
#include <string.h>

/* The most parameters that a manifest may have: all fit at once, so that a db_param stays where it is. */
#define PARAMS 64
#define CHOICES 64
#define TARGETS 3

static scenario_string_t view(const char *text) {
    return (scenario_string_t){(uint8_t *)text, strlen(text)};
}

/* Ends a text of the host's with a zero byte, in place where the allocator can. */
static char *ended(scenario_string_t text) {
    char *longer = realloc(text.len ? text.ptr : NULL, text.len + 1);
    if (!longer) abort();
    longer[text.len] = 0;
    return longer;
}

static void *room(size_t count, size_t bytes) {
    void *found = calloc(count, bytes);
    if (!found) abort();
    return found;
}

/* -- errors -- */

static db_failure failure = {DB_INVALID, "no call has failed"};
static char *failure_text;

db_failure db_error(void) {
    return failure;
}

static bool failed(const dualbench_scenario_engines_error_t *error) {
    free(failure_text);
    failure_text = NULL;
    failure.kind = (db_error_kind)error->tag;
    if (failure.kind == DB_STOPPING) {
        failure.text = "the run is being stopped";
    } else {
        failure.text = failure_text = ended(error->val.invalid);
    }
    return false;
}

/* -- requests -- */

static db_request request(void) {
    db_request made = {0};
    return db_at_most(made, 256);
}

db_request db_calibrated(uint32_t tokens, db_cache cache) {
    db_request made = request();
    made.prompt.tag = DUALBENCH_SCENARIO_ENGINES_PROMPT_CALIBRATED;
    made.prompt.val.calibrated.tokens = tokens;
    made.prompt.val.calibrated.cache = (uint8_t)cache;
    return made;
}

db_request db_text(const char *text) {
    db_request made = request();
    made.prompt.tag = DUALBENCH_SCENARIO_ENGINES_PROMPT_TEXT;
    made.prompt.val.text = view(text);
    return made;
}

db_request db_messages(db_message *messages, size_t count) {
    db_request made = request();
    made.prompt.tag = DUALBENCH_SCENARIO_ENGINES_PROMPT_MESSAGES;
    made.prompt.val.messages.ptr = messages;
    made.prompt.val.messages.len = count;
    return made;
}

db_message db_say(db_role role, const char *content) {
    return (db_message){(uint8_t)role, view(content)};
}

db_request db_exactly(db_request made, uint32_t tokens) {
    made.length.tag = DUALBENCH_SCENARIO_ENGINES_LENGTH_EXACT;
    made.length.val.exact = tokens;
    return made;
}

db_request db_at_most(db_request made, uint32_t tokens) {
    made.length.tag = DUALBENCH_SCENARIO_ENGINES_LENGTH_AT_MOST;
    made.length.val.at_most = tokens;
    return made;
}

db_request db_temperature(db_request made, float temperature) {
    made.temperature = (scenario_option_f32_t){true, temperature};
    return made;
}

db_request db_seeded(db_request made, uint32_t seed) {
    made.seed = (scenario_option_u32_t){true, seed};
    return made;
}

db_request db_as_warm_up(db_request made) {
    made.warm_up = true;
    return made;
}

/* -- exchanges -- */

static dualbench_scenario_engines_borrow_exchange_t lent(db_exchange exchange) {
    return dualbench_scenario_engines_borrow_exchange(exchange);
}

bool db_start(db_target target, const db_request *asked, db_exchange *exchange) {
    dualbench_scenario_engines_error_t error;
    db_request copy = *asked;
    return dualbench_scenario_engines_start((uint8_t)target, &copy, exchange, &error) || failed(&error);
}

db_got db_next(db_exchange exchange, db_chunk *chunk) {
    static char *text;
    dualbench_scenario_engines_option_chunk_t got;
    dualbench_scenario_engines_error_t error;
    free(text);
    text = NULL;
    if (!dualbench_scenario_engines_method_exchange_next(lent(exchange), &got, &error)) {
        failed(&error);
        return DB_ERROR;
    }
    if (!got.is_some) return DB_END;
    text = ended(got.val.text);
    *chunk = (db_chunk){(db_chunk_kind)got.val.kind, text, got.val.text.len, got.val.tokens, got.val.offset_ms};
    return DB_CHUNK;
}

bool db_finish(db_exchange exchange, db_measures *measures) {
    static char *detail;
    dualbench_scenario_engines_error_t error;
    if (!dualbench_scenario_engines_method_exchange_finish(lent(exchange), measures, &error)) return failed(&error);
    free(detail);
    detail = NULL;
    if (measures->detail.is_some) {
        detail = ended(measures->detail.val);
        measures->detail.val.ptr = (uint8_t *)detail;
    }
    return true;
}

char *db_answer(db_exchange exchange) {
    scenario_string_t text;
    dualbench_scenario_engines_method_exchange_text(lent(exchange), &text);
    return ended(text);
}

void db_cancel(db_exchange exchange) {
    dualbench_scenario_engines_method_exchange_cancel(lent(exchange));
}

void db_drop(db_exchange exchange) {
    dualbench_scenario_engines_exchange_drop_own(exchange);
}

size_t db_wait_any(const db_exchange *exchanges, size_t count, uint32_t *ready) {
    dualbench_scenario_engines_list_borrow_exchange_t list = {room(count + 1, sizeof *list.ptr), count};
    scenario_list_u32_t found;
    for (size_t i = 0; i < count; i++) list.ptr[i] = lent(exchanges[i]);
    dualbench_scenario_engines_wait_any(&list, &found);
    size_t length = found.len;
    for (size_t i = 0; i < length; i++) ready[i] = found.ptr[i];
    scenario_list_u32_free(&found);
    free(list.ptr);
    return length;
}

const char *db_ending_word(uint8_t ending) {
    static const char *const words[] = {
        "complete", "length", "cancelled", "stalled", "truncated", "refused", "broken", "malformed"
    };
    return ending < sizeof words / sizeof *words ? words[ending] : "unknown";
}

/* -- loads -- */

static db_workload paced(db_target target, const db_request *asked, uint8_t pace) {
    return (db_workload){.target = target, .request = *asked, .request_count = 1, .pace.tag = pace};
}

db_workload db_closed(db_target target, const db_request *asked, uint32_t users) {
    db_workload made = paced(target, asked, DUALBENCH_SCENARIO_ENGINES_PACE_CLOSED);
    made.pace.val.closed = users;
    return made;
}

db_workload db_open(db_target target, const db_request *asked, double per_second, db_spacing spacing, uint32_t max_open) {
    db_workload made = paced(target, asked, DUALBENCH_SCENARIO_ENGINES_PACE_OPEN);
    made.pace.val.open.rate_per_second = per_second;
    return db_max_open(db_spaced(made, spacing), max_open);
}

db_workload db_staged(
    db_target target, const db_request *asked, double from_per_second, const db_stage *stages, size_t count) {
    db_workload made = paced(target, asked, DUALBENCH_SCENARIO_ENGINES_PACE_STAGED);
    made.pace.val.staged.from_per_second = from_per_second;
    made.pace.val.staged.stages.ptr = (db_stage *)stages;
    made.pace.val.staged.stages.len = count;
    return db_max_open(db_spaced(made, DB_POISSON), 64);
}

db_stage db_to(double per_second, double seconds) {
    return (db_stage){.seconds = seconds, .rate_per_second = per_second};
}

db_workload db_in_turn(db_workload made, const db_request *requests, size_t count) {
    made.requests = requests;
    made.request_count = count;
    return made;
}

db_workload db_spaced(db_workload made, db_spacing spacing) {
    if (made.pace.tag == DUALBENCH_SCENARIO_ENGINES_PACE_OPEN) made.pace.val.open.spacing = (uint8_t)spacing;
    if (made.pace.tag == DUALBENCH_SCENARIO_ENGINES_PACE_STAGED) made.pace.val.staged.spacing = (uint8_t)spacing;
    return made;
}

db_workload db_max_open(db_workload made, uint32_t exchanges) {
    if (made.pace.tag == DUALBENCH_SCENARIO_ENGINES_PACE_OPEN) made.pace.val.open.max_open = exchanges;
    if (made.pace.tag == DUALBENCH_SCENARIO_ENGINES_PACE_STAGED) made.pace.val.staged.max_open = exchanges;
    return made;
}

db_until db_repetitions(uint32_t count) {
    db_until made = {.tag = DUALBENCH_SCENARIO_ENGINES_UNTIL_REPETITIONS};
    made.val.repetitions = count;
    return made;
}

db_until db_seconds(double seconds) {
    db_until made = {.tag = DUALBENCH_SCENARIO_ENGINES_UNTIL_SECONDS};
    made.val.seconds = seconds;
    return made;
}

db_until db_end_of(const db_stage *stages, size_t count) {
    double seconds = 0;
    for (size_t i = 0; i < count; i++) seconds += stages[i].seconds;
    return db_seconds(seconds);
}

static dualbench_scenario_engines_load_t load(const db_workload *workload) {
    const db_request *requests = workload->requests ? workload->requests : &workload->request;
    return (dualbench_scenario_engines_load_t){
        .target = (uint8_t)workload->target,
        .requests = {(db_request *)requests, workload->request_count},
        .pace = workload->pace,
        .warm_up = workload->warm_up,
    };
}

bool db_measure(const db_workload *workloads, size_t count, db_until until, db_outcome *outcomes) {
    dualbench_scenario_engines_list_load_t list = {room(count + 1, sizeof *list.ptr), count};
    dualbench_scenario_engines_list_outcome_t found;
    dualbench_scenario_engines_error_t error;
    for (size_t i = 0; i < count; i++) list.ptr[i] = load(&workloads[i]);
    bool measured = dualbench_scenario_engines_measure_loads(&list, &until, &found, &error);
    free(list.ptr);
    if (!measured) return failed(&error);
    for (size_t i = 0; i < found.len && i < count; i++) outcomes[i] = found.ptr[i];
    dualbench_scenario_engines_list_outcome_free(&found);
    return true;
}

bool db_users(uint32_t count, db_until until) {
    dualbench_scenario_engines_error_t error;
    return dualbench_scenario_engines_users(count, &until, &error) || failed(&error);
}

/* -- data -- */

static scenario_list_string_t *data_names(void) {
    static scenario_list_string_t names;
    static bool known;
    if (!known) dualbench_scenario_data_names(&names);
    known = true;
    return &names;
}

size_t db_data_count(void) {
    return data_names()->len;
}

const char *db_data_name(size_t index) {
    static char **texts;
    scenario_list_string_t *names = data_names();
    if (!texts) {
        texts = room(names->len ? names->len : 1, sizeof *texts);
        for (size_t i = 0; i < names->len; i++) texts[i] = ended(names->ptr[i]);
    }
    return index < names->len ? texts[index] : NULL;
}

bool db_data_read(const char *name, uint8_t **bytes, size_t *length) {
    dualbench_scenario_engines_error_t error = {.tag = DUALBENCH_SCENARIO_ENGINES_ERROR_INVALID};
    scenario_string_t text = view(name);
    scenario_list_u8_t found;
    if (!dualbench_scenario_data_read(&text, &found, &error.val.invalid)) return failed(&error);
    /* Where there is nothing, there is no place either that could be freed. */
    *bytes = found.len ? found.ptr : NULL;
    *length = found.len;
    return true;
}

bool db_info(db_target target, db_target_info *info) {
    static char *model, *dialect;
    dualbench_scenario_engines_target_info_t found;
    dualbench_scenario_engines_error_t error;
    if (!dualbench_scenario_engines_info((uint8_t)target, &found, &error)) return failed(&error);
    free(model);
    free(dialect);
    model = found.model.is_some ? ended(found.model.val) : NULL;
    dialect = ended(found.dialect);
    *info = (db_target_info){model, dialect, found.context_tokens, found.simulated};
    return true;
}

/* -- report -- */

uint32_t db_run_seed(void) {
    return dualbench_scenario_report_seed();
}

double db_elapsed_ms(void) {
    return dualbench_scenario_report_elapsed_ms();
}

void db_phase(const char *name) {
    scenario_string_t text = view(name);
    dualbench_scenario_report_phase(&text);
}

void db_progress(uint32_t done, uint32_t total) {
    dualbench_scenario_report_progress(done, total);
}

void db_log(db_level level, const char *text) {
    scenario_string_t message = view(text);
    dualbench_scenario_report_log((uint8_t)level, &message);
}

void db_metric(const char *name, double value, const char *unit) {
    scenario_string_t own = view(name), of = view(unit);
    dualbench_scenario_report_metric(&own, value, &of);
}

void db_mark(const char *name) {
    scenario_string_t own = view(name);
    dualbench_scenario_report_mark(&own);
}

void db_count(const char *name, double by) {
    scenario_string_t own = view(name);
    dualbench_scenario_report_count(&own, by);
}

bool db_threshold(const char *expression) {
    dualbench_scenario_engines_error_t error = {.tag = DUALBENCH_SCENARIO_ENGINES_ERROR_INVALID};
    scenario_string_t text = view(expression);
    return dualbench_scenario_report_threshold(&text, &error.val.invalid) || failed(&error);
}

void db_void(const char *reason) {
    scenario_string_t text = view(reason);
    dualbench_scenario_report_void_run(&text);
}

/* -- manifest -- */

void db_name(db_manifest *manifest, const char *name, const char *version, const char *description) {
    scenario_string_dup(&manifest->name, name);
    scenario_string_dup(&manifest->version, version);
    scenario_string_dup(&manifest->description, description);
}

void db_uses(db_manifest *manifest, db_target target) {
    if (manifest->targets.len == TARGETS) abort();
    manifest->targets.ptr[manifest->targets.len++] = (uint8_t)target;
}

static db_param *param(db_manifest *manifest, const char *name, uint8_t tag, const char *help) {
    if (manifest->params.len == PARAMS) {
        db_log(DB_LOG_ERROR, "a manifest has at most 64 parameters");
        abort();
    }
    db_param *made = &manifest->params.ptr[manifest->params.len++];
    scenario_string_dup(&made->name, name);
    scenario_string_dup(&made->help, help);
    made->default_.tag = tag;
    return made;
}

db_param *db_integer(db_manifest *manifest, const char *name, int32_t value, const char *help) {
    db_param *made = param(manifest, name, DUALBENCH_SCENARIO_TYPES_VALUE_INTEGER, help);
    made->default_.val.integer = value;
    return made;
}

db_param *db_number(db_manifest *manifest, const char *name, double value, const char *help) {
    db_param *made = param(manifest, name, DUALBENCH_SCENARIO_TYPES_VALUE_NUMBER, help);
    made->default_.val.number = value;
    return made;
}

db_param *db_flag(db_manifest *manifest, const char *name, bool value, const char *help) {
    db_param *made = param(manifest, name, DUALBENCH_SCENARIO_TYPES_VALUE_FLAG, help);
    made->default_.val.flag = value;
    return made;
}

db_param *db_words(db_manifest *manifest, const char *name, const char *value, const char *help) {
    db_param *made = param(manifest, name, DUALBENCH_SCENARIO_TYPES_VALUE_TEXT, help);
    scenario_string_dup(&made->default_.val.text, value);
    return made;
}

db_param *db_engine(db_manifest *manifest, const char *name, db_target value, const char *help) {
    db_param *made = db_words(manifest, name, value == DB_MINI ? "mini" : "main", help);
    db_choice(made, "main");
    db_choice(made, "mini");
    return made;
}

void db_range(db_param *made, double min, double max) {
    made->min = (scenario_option_f64_t){true, min};
    made->max = (scenario_option_f64_t){true, max};
}

void db_unit(db_param *made, const char *unit) {
    made->unit.is_some = true;
    scenario_string_dup(&made->unit.val, unit);
}

void db_choice(db_param *made, const char *value) {
    if (!made->choices.ptr) made->choices.ptr = room(CHOICES, sizeof *made->choices.ptr);
    if (made->choices.len == CHOICES) abort();
    scenario_string_dup(&made->choices.ptr[made->choices.len++], value);
}

/* -- arguments -- */

static void mistake(const char *name, const char *what) {
    char text[160] = "parameter `";
    strncat(text, name, 64);
    strncat(text, what, 64);
    db_log(DB_LOG_ERROR, text);
    abort();
}

static const scenario_value_t *value(const db_arguments *arguments, const char *name, uint8_t tag) {
    size_t length = strlen(name);
    for (size_t i = 0; i < arguments->len; i++) {
        const scenario_tuple2_string_value_t *found = &arguments->ptr[i];
        if (found->f0.len != length || memcmp(found->f0.ptr, name, length)) continue;
        if (found->f1.tag != tag) mistake(name, "` was asked for as another type than its default's");
        return &found->f1;
    }
    mistake(name, "` is not in the manifest");
    return NULL;
}

int32_t db_arg_integer(const db_arguments *arguments, const char *name) {
    return value(arguments, name, DUALBENCH_SCENARIO_TYPES_VALUE_INTEGER)->val.integer;
}

uint32_t db_arg_count(const db_arguments *arguments, const char *name) {
    int32_t found = db_arg_integer(arguments, name);
    if (found < 0) mistake(name, "` is negative: give it a range from 0 up");
    return (uint32_t)found;
}

double db_arg_number(const db_arguments *arguments, const char *name) {
    return value(arguments, name, DUALBENCH_SCENARIO_TYPES_VALUE_NUMBER)->val.number;
}

bool db_arg_flag(const db_arguments *arguments, const char *name) {
    return value(arguments, name, DUALBENCH_SCENARIO_TYPES_VALUE_FLAG)->val.flag;
}

const char *db_arg_text(const db_arguments *arguments, const char *name) {
    scenario_string_t *text = (scenario_string_t *)&value(arguments, name, DUALBENCH_SCENARIO_TYPES_VALUE_TEXT)->val.text;
    if (!text->len) return "";
    text->ptr = (uint8_t *)ended(*text);
    return (const char *)text->ptr;
}

db_target db_arg_target(const db_arguments *arguments, const char *name) {
    const char *text = db_arg_text(arguments, name);
    if (!strcmp(text, "main")) return DB_MAIN;
    if (!strcmp(text, "mini")) return DB_MINI;
    if (strcmp(text, "pipeline")) mistake(name, "` names no target");
    return DB_PIPELINE;
}

/* -- exports -- */

void exports_scenario_describe(scenario_manifest_t *manifest) {
    *manifest = (scenario_manifest_t){0};
    manifest->params.ptr = room(PARAMS, sizeof *manifest->params.ptr);
    manifest->targets.ptr = room(TARGETS, 1);
    db_describe(manifest);
}

bool exports_scenario_run(scenario_list_tuple2_string_value_t *arguments, scenario_string_t *error) {
    db_end end = db_run(arguments);
    if (end) scenario_string_dup(error, end);
    return !end;
}

/* Every round brings the same arguments: those of the first stay, so that texts of theirs do. */
const db_arguments *db_user_arguments(uint8_t *items, size_t count) {
    static db_arguments first;
    static bool known;
    db_arguments given = {(scenario_tuple2_string_value_t *)items, count};
    if (known) scenario_list_tuple2_string_value_free(&given);
    else first = given;
    known = true;
    return &first;
}

/* What `user` gives in the canonical ABI: whether it failed, and with which words. */
typedef struct {
    uint8_t is_error;
    scenario_string_t words;
} db_user_result;

uint8_t *db_user_ended(db_end end) {
    static db_user_result result;
    result.is_error = end != NULL;
    if (end) scenario_string_dup(&result.words, end);
    return (uint8_t *)&result;
}

void db_user_free(uint8_t *ended) {
    db_user_result *result = (db_user_result *)ended;
    if (result->is_error) scenario_string_free(&result->words);
}
