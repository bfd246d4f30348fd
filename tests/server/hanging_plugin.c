/* A function that says that it was called and never returns. A server that stops may have to abandon such a
   call. */

#include <stdio.h>
#include <unistd.h>

#include "stream/handler/plugin_api.h"

int tailrace_plugin_version(void) {
    return TAILRACE_PLUGIN_VERSION;
}

int tailrace_plugin_handle(void* instance, const struct tailrace_event* event,
                           const struct tailrace_reply* reply) {
    (void)instance;
    (void)event;
    (void)reply;
    fputs("called\n", stdout);
    fflush(stdout);
    for (;;) pause();
}
