/* What a crowd of talkers costs each of them: scripted users, each with a conversation of its own that grows. */

#include "dualbench/dualbench.h"

#include <stdio.h>

/* Questions of one user. */
#define MOST 16

void db_describe(db_manifest *manifest) {
    db_name(manifest, "crowd", "0.1.0", "Users who each hold a conversation of their own, all at the same time.");
    db_uses(manifest, DB_MINI);
    db_range(db_integer(manifest, "users", 4, "Users at the same time."), 1, 64);
    db_range(db_integer(manifest, "turns", 3, "Questions of each."), 1, MOST);
}

db_end db_run(const db_arguments *arguments) {
    db_phase("talking");
    DB_TRY(db_users(db_arg_count(arguments, "users"), db_repetitions(db_arg_count(arguments, "turns"))));
    db_mark("all went home");
    return DB_DONE;
}

/* An instance remembers what was said: one turn is one round. */
DB_SCRIPTED_USER(arguments, index) {
    static char questions[MOST][64];
    static db_message talk[2 * MOST];
    static size_t said;
    (void)arguments;
    char *question = questions[said / 2];
    snprintf(question, sizeof questions[0], "Tell user %u of the sea, part %zu.", index, said / 2 + 1);
    talk[said++] = db_say(DB_USER, question);
    db_request request = db_at_most(db_messages(talk, said), 24);
    db_exchange exchange;
    DB_TRY(db_start(DB_MINI, &request, &exchange));
    db_measures measures;
    DB_TRY(db_finish(exchange, &measures));
    if (measures.ttft_ms.is_some) db_metric("turn_ttft_ms", measures.ttft_ms.val, "ms");
    talk[said++] = db_say(DB_ASSISTANT, db_answer(exchange));
    db_drop(exchange);
    db_count("turns", 1);
    return DB_DONE;
}
