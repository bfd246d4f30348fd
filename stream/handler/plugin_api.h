/* The functions that a shared library exports to be a handler of Tailrace: --on-stream TABLE=plugin:FILE.so

   The interface is plain C, so a plugin may be written in C, C++, Rust, Go or Zig, whichever compiler built
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

/* The version of this interface. It increases when plugins built for an older version would break. */
#define TAILRACE_PLUGIN_VERSION 1

/* One call: an event as Lambda sends it, {"Records":[…]}, or whatever the function was invoked with. `json`
   has `length` bytes of UTF-8, followed by a NUL that is not counted. Valid until the call returns. */
struct tailrace_event {
    const char* json;
    size_t length;
    /* The id of the call, as in a Lambda function's context: "8f5c…". */
    const char* request_id;
};

/* Receives the answer. A call may write it in pieces, which Tailrace copies. */
struct tailrace_reply {
    void* context;
    void (*write)(void* context, const char* text, size_t length);
};

/* What a plugin may need when it starts. Valid until tailrace_plugin_create returns. */
struct tailrace_plugin_context {
    const char* function_name;
    /* The server's URL, "http://127.0.0.1:8000". The server answers no request before it has started. */
    const char* endpoint_url;
    const char* region;
};

/* Required. Returns TAILRACE_PLUGIN_VERSION. */
int tailrace_plugin_version(void);

/* Required. Handles one call. Several threads call it at once if several mappings, or several lanes of one
   mapping, use the plugin. Returns 0 on success: the text written is the function's answer as JSON, and no
   text means null. Returns anything else on failure: the text written says why, as plain text. */
int tailrace_plugin_handle(void* instance, const struct tailrace_event* event,
                           const struct tailrace_reply* reply);

/* Optional. Called once before the first call. Its result is the `instance` of every call; NULL is fine. */
void* tailrace_plugin_create(const struct tailrace_plugin_context* context);

/* Optional. Called once after the last call. */
void tailrace_plugin_destroy(void* instance);

#ifdef __cplusplus
}
#endif

#endif
