/* Write a dualbench scenario in C.
 *
 * Define db_describe and db_run; the rest is here. A scenario decides what is asked of the engines. The host sends, stamps,
 * computes and stores: nothing here can change a number, and a slow scenario never slows a stream.
 *
 * A call that can fail gives false (db_next: DB_ERROR) and leaves its reason in db_error(); DB_TRY returns it from db_run.
 * Texts that the host gives end with a zero byte. What each measure means is in docs/measures.md. */
#ifndef DUALBENCH_H
#define DUALBENCH_H

#include "scenario.h"

/* -- what is asked ------------------------------------------------------------------------------------------------ */

typedef enum { DB_MAIN, DB_MINI, DB_PIPELINE } db_target;
typedef enum { DB_SYSTEM, DB_USER, DB_ASSISTANT } db_role;
/* Whether an engine's prompt cache may help with a calibrated prompt. */
typedef enum { DB_COLD, DB_WARM } db_cache;

typedef dualbench_scenario_engines_request_t db_request;
typedef dualbench_scenario_engines_message_t db_message;

/* A prompt of exactly this many of the engine's own tokens, made by the host before the clock starts; cold. */
db_request db_calibrated(uint32_t tokens, db_cache cache);
/* Raw text: continued as it is where the dialect can, sent as one user message elsewhere. */
db_request db_text(const char *text);
/* A conversation so far; the messages must live until the request was sent. */
db_request db_messages(db_message *messages, size_t count);
db_message db_say(db_role role, const char *content);

/* The answer has exactly this many tokens where the engine can be told to go on; elsewhere as db_at_most. */
db_request db_exactly(db_request request, uint32_t tokens);
/* The engine's own stop, and this many tokens at most. A request without a length has 256. */
db_request db_at_most(db_request request, uint32_t tokens);
/* The engine's own default where not set. */
db_request db_temperature(db_request request, float temperature);
/* Seed of the engine's sampling; derived from the run's seed where not set. */
db_request db_seeded(db_request request, uint32_t seed);
/* A warm-up exchange is stored, but enters no statistic. */
db_request db_as_warm_up(db_request request);

/* -- exchanges ---------------------------------------------------------------------------------------------------- */

/* One streamed request, owned by the host: it goes on whatever the scenario does. */
typedef dualbench_scenario_engines_own_exchange_t db_exchange;

typedef enum { DB_ANSWER, DB_REASONING, DB_TOOL_CALL } db_chunk_kind;

/* One content-bearing event of a stream; not a token. The text is valid until the next db_next. */
typedef struct {
    db_chunk_kind kind;
    const char *text;
    size_t length;
    /* Where the engine says so. */
    scenario_option_u32_t tokens;
    /* Arrival after the request was sent. For decisions only; the record is the host's. */
    double offset_ms;
} db_chunk;

typedef enum {
    DB_COMPLETE, DB_LENGTH, DB_CANCELLED, DB_STALLED, DB_TRUNCATED, DB_REFUSED, DB_BROKEN, DB_MALFORMED
} db_ending;

/* Missing is `is_some == false`, never 0. `detail` is valid until the next db_finish. */
typedef dualbench_scenario_engines_measures_t db_measures;

/* Sends a request and returns before the first token; blocks only to make a calibrated prompt. */
bool db_start(db_target target, const db_request *request, db_exchange *exchange);

typedef enum { DB_ERROR = -1, DB_END = 0, DB_CHUNK = 1 } db_got;

/* Blocks until the next chunk is here, the stream has ended, or the run is being stopped. */
db_got db_next(db_exchange exchange, db_chunk *chunk);
/* Blocks until the stream has ended; gives its measures. */
bool db_finish(db_exchange exchange, db_measures *measures);
/* The answer so far, without reasoning. To be freed by free(). */
char *db_answer(db_exchange exchange);
/* Ends the stream and the engine's work on it. */
void db_cancel(db_exchange exchange);
/* Gives the handle back; a stream that has not ended is cancelled. */
void db_drop(db_exchange exchange);
/* Blocks until db_next on at least one would not block; writes their indexes, in order, and gives how many. `ready` has
 * room for `count`. */
size_t db_wait_any(const db_exchange *exchanges, size_t count, uint32_t *ready);
/* The contract's word: "complete", "length", … */
const char *db_ending_word(uint8_t ending);

/* -- loads that the host drives: start times never depend on the scenario --------------------------------------- */

typedef dualbench_scenario_engines_stage_t db_stage;
typedef dualbench_scenario_engines_until_t db_until;
typedef dualbench_scenario_engines_outcome_t db_outcome;
typedef enum { DB_CONSTANT, DB_POISSON } db_spacing;

/* What is asked of one target, and how often. */
typedef struct {
    db_target target;
    /* Asked again and again, unless there are several. */
    db_request request;
    /* NULL, or what is asked in turn. */
    const db_request *requests;
    size_t request_count;
    dualbench_scenario_engines_pace_t pace;
    /* Exchanges before the measured ones, under the same load. */
    uint32_t warm_up;
} db_workload;

/* This many users, each sending its next request when its last one has ended. */
db_workload db_closed(db_target target, const db_request *request, uint32_t users);
/* Arrivals at a rate; beyond `max_open` open exchanges they are shed: counted, never delayed. */
db_workload db_open(db_target target, const db_request *request, double per_second, db_spacing spacing, uint32_t max_open);
/* Arrivals at a rate that changes: it begins at `from_per_second` and runs through the stages; the last one's rate then stays.
 * The stages must live until the load was measured. At random (DB_POISSON), and at most 64 open, unless db_spaced and
 * db_max_open say otherwise. */
db_workload db_staged(
    db_target target, const db_request *request, double from_per_second, const db_stage *stages, size_t count);
/* From the rate before it to this one, in a straight line over so many seconds. To the same rate is a plateau, over 0 seconds
 * a jump, to 0 arrivals the way into a pause. */
db_stage db_to(double per_second, double seconds);

/* Asks these in turn, and again from the first one on, in the place of the one request; they must live until the load was
 * measured. */
db_workload db_in_turn(db_workload workload, const db_request *requests, size_t count);
/* How arrivals are spaced; a closed loop stays as it is. */
db_workload db_spaced(db_workload workload, db_spacing spacing);
/* Arrivals beyond this many open exchanges are shed; a closed loop stays as it is. */
db_workload db_max_open(db_workload workload, uint32_t exchanges);

/* This many measured exchanges for each workload; all go on until the slowest has them. */
db_until db_repetitions(uint32_t count);
/* Exchanges that are open then are still finished and counted. */
db_until db_seconds(double seconds);
/* When the last of the stages ends. */
db_until db_end_of(const db_stage *stages, size_t count);
/* Runs the workloads at the same time and blocks until all have ended. `outcomes` has room for `count`. */
bool db_measure(const db_workload *workloads, size_t count, db_until until, db_outcome *outcomes);

/* Makes so many scripted users, fresh instances of this module, and blocks until each has done its rounds, or so long. The
   module needs a DB_SCRIPTED_USER. */
bool db_users(uint32_t count, db_until until);

/* What the engine told of itself when the run began. Texts are valid until the next db_info. */
typedef struct {
    /* NULL where unknown. */
    const char *model;
    const char *dialect;
    scenario_option_u32_t context_tokens;
    bool simulated;
} db_target_info;
bool db_info(db_target target, db_target_info *info);

/* -- what went wrong ---------------------------------------------------------------------------------------------- */

typedef enum {
    DB_NOT_CONFIGURED, DB_NOT_ALLOWED, DB_INVALID, DB_LIMIT, DB_CALIBRATION,
    /* The run is being stopped. Return soon. */
    DB_STOPPING
} db_error_kind;

typedef struct {
    db_error_kind kind;
    const char *text;
} db_failure;

/* Why the last call failed; valid until another one fails. */
db_failure db_error(void);

/* The end of a run: DB_DONE, or the reason why it failed. */
typedef const char *db_end;
#define DB_DONE ((db_end)0)
/* Ends the run where the call failed. */
#define DB_TRY(call) do { if (!(call)) return db_error().text; } while (0)

/* -- what the run is told, and what it tells ---------------------------------------------------------------------- */

/* A seed for everything random; recorded with the run, and given again to repeat it. */
uint32_t db_run_seed(void);
/* Time since db_run was called. For decisions; no clock of record. */
double db_elapsed_ms(void);
/* Names what is going on from here; exchanges are stored under it. */
void db_phase(const char *name);
/* `total` 0 means unknown. */
void db_progress(uint32_t done, uint32_t total);

typedef enum { DB_LOG_DEBUG, DB_LOG_INFO, DB_LOG_WARN, DB_LOG_ERROR } db_level;
void db_log(db_level level, const char *text);
/* As printf does; makes the module some 15 KB larger. */
void db_logf(db_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A number of your own, stored under the scenario's name and never mixed with the host's measures. */
void db_metric(const char *name, double value, const char *unit);
/* A mark on the timeline; the host stamps it. */
void db_mark(const char *name);
/* Adds to a counter of that name; the run's record has its total. */
void db_count(const char *name, double by);
/* What the run must hold: "main.ttft_ms.p95 < 400". Only before the first exchange. */
bool db_threshold(const char *expression);
/* Declares the run void: its numbers are kept, but must not be trusted or compared. */
void db_void(const char *reason);

/* -- the files of the folder NAME.data beside the module, as they were when it was loaded -- */

size_t db_data_count(void);
/* The name of one of them, in order; valid to the end of the run. */
const char *db_data_name(size_t index);
/* Its bytes; to be freed. False where there is no file of that name: db_error tells which there are. */
bool db_data_read(const char *name, uint8_t **bytes, size_t *length);

/* -- what you define ---------------------------------------------------------------------------------------------- */

typedef dualbench_scenario_types_manifest_t db_manifest;
typedef dualbench_scenario_types_param_t db_param;
typedef scenario_list_tuple2_string_value_t db_arguments;

/* Says what the scenario is: db_name first, then targets and parameters. No engine is at hand, and it must be quick. */
void db_describe(db_manifest *manifest);
/* One run, in a fresh instance. */
db_end db_run(const db_arguments *arguments);

/* One round of one scripted user, called for db_users: `DB_SCRIPTED_USER(arguments, index) { …; return DB_DONE; }`.
 * Each user is an instance of its own, and what it keeps in variables is there in its next round. */
#define DB_SCRIPTED_USER(arguments, index)                                                                            \
    static db_end db_user(const db_arguments *arguments, uint32_t index);                                             \
    __attribute__((export_name("user"))) uint8_t *db_user_export(uint8_t *items, size_t count, uint32_t number) {     \
        return db_user_ended(db_user(db_user_arguments(items, count), number));                                       \
    }                                                                                                                 \
    __attribute__((export_name("cabi_post_user"))) void db_user_export_post(uint8_t *ended) { db_user_free(ended); }  \
    static db_end db_user(const db_arguments *arguments, uint32_t index)
/* Of DB_SCRIPTED_USER alone. */
const db_arguments *db_user_arguments(uint8_t *items, size_t count);
uint8_t *db_user_ended(db_end end);
void db_user_free(uint8_t *ended);

/* Name: lower-case words joined by `-`; version: `1.0.0`; description: what is measured, and what one learns from it. */
void db_name(db_manifest *manifest, const char *name, const char *version, const char *description);
/* A target that the scenario may ask; any other is refused. */
void db_uses(db_manifest *manifest, db_target target);

/* A parameter; its type is that of its default. Name: lower-case words joined by `_`. */
db_param *db_integer(db_manifest *manifest, const char *name, int32_t value, const char *help);
db_param *db_number(db_manifest *manifest, const char *name, double value, const char *help);
db_param *db_flag(db_manifest *manifest, const char *name, bool value, const char *help);
db_param *db_words(db_manifest *manifest, const char *name, const char *value, const char *help);
/* `main` or `mini`, to be read with db_arg_target. */
db_param *db_engine(db_manifest *manifest, const char *name, db_target value, const char *help);
/* Both included (integer and number). */
void db_range(db_param *param, double min, double max);
void db_unit(db_param *param, const char *unit);
/* Allows one more value (text). */
void db_choice(db_param *param, const char *value);

/* The value of a parameter. A name that db_describe does not declare, or another type, is a mistake in the scenario: it is
 * logged and ends the run as a trap. */
int32_t db_arg_integer(const db_arguments *arguments, const char *name);
/* An integer that must not be negative: give the parameter such a range. */
uint32_t db_arg_count(const db_arguments *arguments, const char *name);
double db_arg_number(const db_arguments *arguments, const char *name);
bool db_arg_flag(const db_arguments *arguments, const char *name);
/* Valid for the whole run. */
const char *db_arg_text(const db_arguments *arguments, const char *name);
db_target db_arg_target(const db_arguments *arguments, const char *name);

#endif
