// Replaces dlopen(), getaddrinfo() and the like in the static executable, where SQLite and OpenSSL would call
// them to load an extension or to look up a host. Tailrace never makes them do that.

#include <netdb.h>
#include <sys/socket.h>

extern "C" {
void* tailrace_no_dlopen(const char*, int) {
    return nullptr;
}
void* tailrace_no_dlsym(void*, const char*) {
    return nullptr;
}
int tailrace_no_dlclose(void*) {
    return 0;
}
const char* tailrace_no_dlerror() {
    return "this is the static executable";
}
int tailrace_no_dladdr(const void*, void*) {
    return 0;
}
int tailrace_no_getaddrinfo(const char*, const char*, const addrinfo*, addrinfo**) {
    return EAI_FAIL;
}
void tailrace_no_freeaddrinfo(addrinfo*) {}
// Seven parameters are the C library's interface. NOLINTNEXTLINE(readability-function-size)
int tailrace_no_getnameinfo(const sockaddr*, socklen_t, char*, socklen_t, char*, socklen_t, int) {
    return EAI_FAIL;
}
hostent* tailrace_no_gethostbyname(const char*) {
    return nullptr;
}
}
