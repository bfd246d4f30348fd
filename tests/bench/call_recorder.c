/* A plugin that records when it is called and with what. For each call it writes a line with the time, in
   nanoseconds of the machine's monotonic clock, and the sequence numbers of the records. The line goes to the
   file, or pipe, that has the function's name, in the folder that CALL_RECORDER_FOLDER names. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "stream/handler/plugin_api.h"

static const char number_member[] = "\"SequenceNumber\":\"";

struct recorder {
    int file;
};

int tailrace_plugin_version(void) { return TAILRACE_PLUGIN_VERSION; }

void* tailrace_plugin_create(const struct tailrace_plugin_context* context) {
    const char* folder = getenv("CALL_RECORDER_FOLDER");
    struct recorder* made = malloc(sizeof *made);
    char path[4096];
    if (made == NULL) return NULL;
    snprintf(path, sizeof path, "%s/%s", folder == NULL ? "." : folder, context->function_name);
    made->file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    return made;
}

void tailrace_plugin_destroy(void* instance) {
    struct recorder* self = instance;
    if (self != NULL) close(self->file);
    free(self);
}

int tailrace_plugin_handle(void* instance, const struct tailrace_event* event,
                           const struct tailrace_reply* reply) {
    const struct recorder* self = instance;
    struct timespec now;
    char* line;
    size_t length;
    int is_written;
    clock_gettime(CLOCK_MONOTONIC, &now);
    (void)reply;
    /* In the event each number has more text around it than in the line; 32 bytes are enough for the time. */
    if (self == NULL || (line = malloc(event->length + 32)) == NULL) return 1;
    length = (size_t)sprintf(line, "%lld", now.tv_sec * 1000000000LL + now.tv_nsec);
    for (const char* at = event->json; (at = strstr(at, number_member)) != NULL;) {
        const char* number = at + sizeof number_member - 1;
        const size_t size = strcspn(number, "\"");
        line[length++] = ' ';
        memcpy(line + length, number, size);
        length += size;
        at = number + size;
    }
    line[length++] = '\n';
    is_written = write(self->file, line, length) == (ssize_t)length;
    free(line);
    return is_written ? 0 : 1;
}
