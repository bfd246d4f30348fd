/* What a shared library has to offer to be a handler of Tailrace: --on-stream TABLE=plugin:FILE.so

   The interface is C, so that a plugin may be written in C, C++, Rust, Go or Zig, whatever compiler built
   Tailrace. No exception may leave a function. A plugin in C:

       #include "plugin_api.h"

       int tailrace_plugin_version(void) { return TAILRACE_PLUGIN_VERSION; }

       int tailrace_plugin_handle(void* instance, const struct tailrace_event* event,
                                  const struct tailrace_reply* reply) {
           reply->write(reply->context, "{\"batchItemFailures\":[]}", 24);
           return 0;
       }

   Build it with: cc -shared -fPIC -o plugin.so plugin.c */

#ifndef TAILRACE_PLUGIN_API_H
#define TAILRACE_PLUGIN_API_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this interface. It rises when a plugin that was built with an older one would break. */
#define TAILRACE_PLUGIN_VERSION 1

/* One call: an event as Lambda sends it, {"Records":[…]}, or whatever the function was invoked with. `json`
   has `length` bytes of UTF-8 and ends with a NUL that is not counted. Good until the call returns. */
struct tailrace_event {
    const char* json;
    size_t length;
    /* "8f5c…": the call's own, as in a Lambda function's context. */
    const char* request_id;
};

/* Takes the answer. A call may write in pieces; Tailrace copies them. */
struct tailrace_reply {
    void* context;
    void (*write)(void* context, const char* text, size_t length);
};

/* What a plugin may want to know when it begins. Good until tailrace_plugin_create returns. */
struct tailrace_plugin_context {
    const char* function_name;
    /* Where the server answers, "http://127.0.0.1:8000"; requests are answered once it serves. */
    const char* endpoint_url;
    const char* region;
};

/* Required. Returns TAILRACE_PLUGIN_VERSION. */
int tailrace_plugin_version(void);

/* Required. Handles one call; from several threads at once where several mappings, or lanes of one, have the
   plugin. Returns 0 when it was handled: what was written is the function's answer, JSON, and nothing written
   is null. Returns anything else when it failed: what was written says why, as plain text. */
int tailrace_plugin_handle(void* instance, const struct tailrace_event* event,
                           const struct tailrace_reply* reply);

/* Optional, called once before the first call. What it returns is the `instance` of every call; NULL is fine.
 */
void* tailrace_plugin_create(const struct tailrace_plugin_context* context);

/* Optional, called once after the last call. */
void tailrace_plugin_destroy(void* instance);

#ifdef __cplusplus
}
#endif

#endif
