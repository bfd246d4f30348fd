/* A plugin that writes every event it is called with into a file of its function's name, one line each, in the
   folder that BATCH_RECORDER_FOLDER names. The line is written at once, and the call ends after it: what is
   in the file has been received, whatever becomes of the server.

   The function "slow" has what it wrote before on its disk first, so that the lanes of its mapping are at
   different places most of the time.

   It answers with the first record that holds the text "poison" as failed, where there is one, and with the
   number of records that its tumbling window has had so far, where it is in one. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "stream/handler/plugin_api.h"

static const char number_member[] = "\"SequenceNumber\":\"";
static const char state_member[] = "\"state\":{\"records\":";

struct recorder {
    int file;
    int is_slow;
};

int tailrace_plugin_version(void) { return TAILRACE_PLUGIN_VERSION; }

void* tailrace_plugin_create(const struct tailrace_plugin_context* context) {
    const char* folder = getenv("BATCH_RECORDER_FOLDER");
    struct recorder* made = malloc(sizeof *made);
    char path[4096];
    if (made == NULL) return NULL;
    snprintf(path, sizeof path, "%s/%s", folder == NULL ? "." : folder, context->function_name);
    made->is_slow = strcmp(context->function_name, "slow") == 0;
    made->file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    return made;
}

void tailrace_plugin_destroy(void* instance) {
    struct recorder* self = instance;
    if (self != NULL) close(self->file);
    free(self);
}

static unsigned long count_records(const char* json) {
    unsigned long count = 0;
    for (; (json = strstr(json, number_member)) != NULL; json += sizeof number_member - 1) ++count;
    return count;
}

static unsigned long count_before(const char* json) {
    const char* state = strstr(json, state_member);
    return state == NULL ? 0 : strtoul(state + sizeof state_member - 1, NULL, 10);
}

/* A record has its images before its number. */
static void find_poison(const char* json, char* number, size_t size) {
    const char* found = strstr(json, "\"poison\"");
    if (found != NULL) found = strstr(found, number_member);
    if (found != NULL) snprintf(number, size, "%.*s", 21, found + sizeof number_member - 1);
}

int tailrace_plugin_handle(void* instance, const struct tailrace_event* event,
                           const struct tailrace_reply* reply) {
    const struct recorder* self = instance;
    const struct iovec line[2] = {{(void*)event->json, event->length}, {(void*)"\n", 1}};
    char number[22] = "";
    char failures[64] = "";
    char answer[192];
    if (self == NULL || (self->is_slow && fdatasync(self->file) != 0)) return 1;
    if (writev(self->file, line, 2) != (ssize_t)event->length + 1) return 1;
    find_poison(event->json, number, sizeof number);
    if (number[0] != '\0') snprintf(failures, sizeof failures, "{\"itemIdentifier\":\"%s\"}", number);
    snprintf(answer, sizeof answer, "{\"state\":{\"records\":%lu},\"batchItemFailures\":[%s]}",
             count_before(event->json) + count_records(event->json), failures);
    reply->write(reply->context, answer, strlen(answer));
    return 0;
}
