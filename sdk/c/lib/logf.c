/* db_logf, apart: whoever does not call it has no printf in the module. */
#include "dualbench.h"
#include <stdarg.h>
#include <stdio.h>

void db_logf(db_level level, const char *format, ...) {
    char line[1024];
    va_list values;
    va_start(values, format);
    vsnprintf(line, sizeof line, format, values);
    va_end(values);
    db_log(level, line);
}
