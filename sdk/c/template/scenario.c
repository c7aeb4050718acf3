/* How long a listener waits until a whole sentence can be read out: the host cannot know what a sentence is. */
#include "dualbench/dualbench.h"
#include <string.h>

void db_describe(db_manifest *manifest) {
    db_name(manifest, "my-scenario", "0.1.0", "How soon the first whole sentence of an answer is there.");
    db_uses(manifest, DB_MAIN);
    db_uses(manifest, DB_MINI);
    db_engine(manifest, "engine", DB_MINI, "The engine that is asked.");
    db_range(db_integer(manifest, "answers", 12, "Answers that are asked for, one after the other."), 1, 1000);
    db_words(manifest, "question", "What is a tide?", "What the engine is asked.");
}

/* Asks once; tells the moment of the first full stop, where there is one. */
static bool first_sentence(db_target engine, const db_request *request) {
    db_exchange exchange;
    db_chunk chunk;
    db_got got;
    bool told = false;
    if (!db_start(engine, request, &exchange)) return false;
    while ((got = db_next(exchange, &chunk)) == DB_CHUNK) {
        if (told || !strpbrk(chunk.text, ".!?")) continue;
        db_metric("first_sentence_ms", chunk.offset_ms, "ms");
        told = true;
    }
    db_drop(exchange);
    return got != DB_ERROR;
}

db_end db_run(const db_arguments *arguments) {
    db_target engine = db_arg_target(arguments, "engine");
    uint32_t answers = db_arg_count(arguments, "answers");
    db_message messages[] = {
        db_say(DB_SYSTEM, "Answer in three short sentences."),
        db_say(DB_USER, db_arg_text(arguments, "question")),
    };
    db_request request = db_at_most(db_messages(messages, 2), 120);

    db_phase("asking");
    for (uint32_t done = 0; done < answers; done++) {
        db_progress(done, answers);
        DB_TRY(first_sentence(engine, &request));
    }
    db_progress(answers, answers);
    return DB_DONE;
}
