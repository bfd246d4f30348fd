/* A plugin in C: answers a call with the number of bytes of its event and the name of its function. An event
   with the word "fail" or "silent" makes it fail, with or without a message. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream/handler/plugin_api.h"

struct plugin {
    char name[65];
};

int tailrace_plugin_version(void) { return TAILRACE_PLUGIN_VERSION; }

void* tailrace_plugin_create(const struct tailrace_plugin_context* context) {
    struct plugin* made = calloc(1, sizeof *made);
    if (made != NULL) strncpy(made->name, context->function_name, sizeof made->name - 1);
    return made;
}

void tailrace_plugin_destroy(void* instance) { free(instance); }

int tailrace_plugin_handle(void* instance, const struct tailrace_event* event,
                           const struct tailrace_reply* reply) {
    const struct plugin* self = instance;
    char text[128];
    if (strstr(event->json, "fail") != NULL) {
        reply->write(reply->context, "told to ", 8);
        reply->write(reply->context, "fail", 4);
        return 1;
    }
    if (strstr(event->json, "silent") != NULL) return 7;
    snprintf(text, sizeof text, "{\"function\":\"%s\",\"bytes\":%zu}", self->name, event->length);
    reply->write(reply->context, text, strlen(text));
    return 0;
}
