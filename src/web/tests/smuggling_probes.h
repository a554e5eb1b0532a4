/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * smuggling_probes.h - requests that two programs in a row could read in two ways, and what we answer.
 *
 * filter_test.c judges each in every cut; smuggling_test.c sends each over a socket. A probe that ends with a
 * hidden request asks for /kk/items/SMUGGLED: no handler must ever see it.
 */
#ifndef BIRGE_WEB_TESTS_SMUGGLING_PROBES_H
#define BIRGE_WEB_TESTS_SMUGGLING_PROBES_H

#include "base/str.h"

struct probe {
    const char *name;
    int status; /* 0: it is sound */
    struct str bytes;
};

#define HIDDEN "GET /kk/items/SMUGGLED HTTP/1.1\r\nHost: a\r\n\r\n"
#define FORM_TYPE "Content-Type: application/x-www-form-urlencoded\r\n"
#define GET_HEAD "GET /kk/items/1 HTTP/1.1\r\nHost: a\r\n"
#define POST_HEAD "POST /kk/form HTTP/1.1\r\nHost: a\r\n" FORM_TYPE

static const struct probe probes[] = {
    /* ---- length ---- */
    {"two lengths", 400, STR(POST_HEAD "Content-Length: 5\r\nContent-Length: 6\r\n\r\naaaaa" HIDDEN)},
    {"two lengths alike", 400, STR(POST_HEAD "Content-Length: 5\r\nContent-Length: 5\r\n\r\naaaaa" HIDDEN)},
    {"two lengths, other case", 400, STR(POST_HEAD "Content-Length: 5\r\ncontent-length: 0\r\n\r\naaaaa" HIDDEN)},
    {"a list of lengths", 400, STR(POST_HEAD "Content-Length: 5, 5\r\n\r\naaaaa" HIDDEN)},
    {"plus sign", 400, STR(POST_HEAD "Content-Length: +5\r\n\r\naaaaa" HIDDEN)},
    {"minus sign", 400, STR(POST_HEAD "Content-Length: -5\r\n\r\naaaaa" HIDDEN)},
    {"minus nothing", 400, STR(POST_HEAD "Content-Length: -0\r\n\r\n" HIDDEN)},
    {"hexadecimal", 400, STR(POST_HEAD "Content-Length: 0x5\r\n\r\naaaaa" HIDDEN)},
    {"leading zero", 400, STR(POST_HEAD "Content-Length: 05\r\n\r\naaaaa" HIDDEN)},
    {"blank inside", 400, STR(POST_HEAD "Content-Length: 5 5\r\n\r\naaaaa" HIDDEN)},
    {"letters behind", 400, STR(POST_HEAD "Content-Length: 5a\r\n\r\naaaaa" HIDDEN)},
    {"fraction", 400, STR(POST_HEAD "Content-Length: 5.0\r\n\r\naaaaa" HIDDEN)},
    {"exponent", 400, STR(POST_HEAD "Content-Length: 1e1\r\n\r\naaaaa" HIDDEN)},
    {"empty length", 400, STR(POST_HEAD "Content-Length: \r\n\r\naaaaa" HIDDEN)},
    {"quoted length", 400, STR(POST_HEAD "Content-Length: \"5\"\r\n\r\naaaaa" HIDDEN)},
    {"beyond 64 bits", 400, STR(POST_HEAD "Content-Length: 18446744073709551621\r\n\r\naaaaa" HIDDEN)},
    {"digits of another script", 400, STR(POST_HEAD "Content-Length: \xd9\xa5\r\n\r\naaaaa" HIDDEN)},
    {"length with a GET", 400, STR(GET_HEAD "Content-Length: 43\r\n\r\n" HIDDEN)},
    {"length with a HEAD", 400,
     STR("HEAD /kk/items/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\naaaaa" HIDDEN)},
    {"length with a DELETE", 400,
     STR("DELETE /api/v1/things/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\naaaaa" HIDDEN)},
    {"no length with a POST", 411, STR(POST_HEAD "\r\n" HIDDEN)},
    {"no length with a PUT", 411, STR("PUT /kk/form HTTP/1.1\r\nHost: a\r\n\r\n" HIDDEN)},
    {"no length, HTTP/1.0", 411, STR("POST /kk/form HTTP/1.0\r\nHost: a\r\n\r\n" HIDDEN)},
    /* ---- coding ---- */
    {"chunked", 411, STR(POST_HEAD "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" HIDDEN)},
    {"chunked, other case", 411, STR(POST_HEAD "transfer-encoding: CHUNKED\r\n\r\n0\r\n\r\n" HIDDEN)},
    {"chunked and a length", 400,
     STR(POST_HEAD "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" HIDDEN)},
    {"a length and chunked", 400,
     STR(POST_HEAD "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" HIDDEN)},
    {"identity and a length", 400,
     STR(POST_HEAD "Transfer-Encoding: identity\r\nContent-Length: 4\r\n\r\naaaa" HIDDEN)},
    {"another coding", 501, STR(POST_HEAD "Transfer-Encoding: gzip\r\n\r\n" HIDDEN)},
    {"codings in a row", 501, STR(POST_HEAD "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" HIDDEN)},
    {"chunked twice", 400,
     STR(POST_HEAD "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" HIDDEN)},
    {"nearly chunked", 501, STR(POST_HEAD "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" HIDDEN)},
    {"chunked behind a vertical tab", 400, STR(POST_HEAD "Transfer-Encoding: \x0b" "chunked\r\n\r\n0\r\n\r\n" HIDDEN)},
    {"empty coding", 501, STR(POST_HEAD "Transfer-Encoding:\r\n\r\n" HIDDEN)},
    {"chunked with a GET", 411, STR(GET_HEAD "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" HIDDEN)},
    {"chunked, HTTP/1.0", 400,
     STR("POST /kk/form HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" HIDDEN)},
    /* ---- names ---- */
    {"blank before the colon", 400, STR(POST_HEAD "Content-Length : 5\r\n\r\naaaaa" HIDDEN)},
    {"tab before the colon", 400, STR(POST_HEAD "Content-Length\t: 5\r\n\r\naaaaa" HIDDEN)},
    {"folded line", 400, STR(POST_HEAD "Content-Length: 5\r\nX-A: b\r\n c\r\n\r\naaaaa" HIDDEN)},
    {"folded length", 400, STR(POST_HEAD "Content-Length:\r\n 5\r\n\r\naaaaa" HIDDEN)},
    {"folded with a tab", 400, STR(GET_HEAD "X-A: b\r\n\tTransfer-Encoding: chunked\r\n\r\n")},
    {"first field folded", 400, STR("GET /kk/items/1 HTTP/1.1\r\n Host: a\r\nHost: a\r\n\r\n")},
    {"no colon", 400, STR(GET_HEAD "Content-Length\r\n\r\n")},
    {"no name", 400, STR(GET_HEAD ": value\r\n\r\n")},
    {"blank in a name", 400, STR(GET_HEAD "X A: b\r\n\r\n")},
    {"bracket in a name", 400, STR(GET_HEAD "X(A): b\r\n\r\n")},
    {"letter beyond ASCII in a name", 400, STR(GET_HEAD "X-\xd2\x9b: b\r\n\r\n")},
    {"NUL in a name", 400, STR(GET_HEAD "X-\0A: b\r\n\r\n")},
    {"NUL in a value", 400, STR(GET_HEAD "X-A: b\0c\r\n\r\n")},
    {"DEL in a value", 400, STR(GET_HEAD "X-A: b\x7f\r\n\r\n")},
    {"control character in a value", 400, STR(GET_HEAD "X-A: \x01\r\n\r\n")},
    {"form feed in a value", 400, STR(GET_HEAD "X-A: a\x0c" "b\r\n\r\n")},
    /* ---- line ends ---- */
    {"bare LF behind the request line", 400, STR("GET /kk/items/1 HTTP/1.1\nHost: a\r\n\r\n")},
    {"bare LF behind a field", 400, STR("GET /kk/items/1 HTTP/1.1\r\nHost: a\n\r\n")},
    {"bare LF at the end", 400, STR(GET_HEAD "X-A: b\r\n\n")},
    {"bare LFs alone", 400, STR("GET /kk/items/1 HTTP/1.1\nHost: a\n\n")},
    {"CR inside a value", 400, STR(GET_HEAD "X-A: b\rTransfer-Encoding: chunked\r\n\r\n")},
    {"CR CR LF", 400, STR(GET_HEAD "X-A: b\r\r\n\r\n")},
    {"CR at the end of a name", 400, STR(GET_HEAD "X-A\r: b\r\n\r\n")},
    {"LF LF in front", 400, STR("\n\n" GET_HEAD "\r\n")},
    {"two empty lines in front", 400, STR("\r\n\r\n" GET_HEAD "\r\n")},
    /* ---- Host ---- */
    {"no Host", 400, STR("GET /kk/items/1 HTTP/1.1\r\n\r\n")},
    {"two Hosts", 400, STR("GET /kk/items/1 HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")},
    {"two Hosts alike", 400, STR("GET /kk/items/1 HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n")},
    {"empty Host", 400, STR("GET /kk/items/1 HTTP/1.1\r\nHost: \r\n\r\n")},
    {"Host with a path", 400, STR("GET /kk/items/1 HTTP/1.1\r\nHost: a/b\r\n\r\n")},
    {"Host with a user", 400, STR("GET /kk/items/1 HTTP/1.1\r\nHost: u@a\r\n\r\n")},
    {"Host with a blank", 400, STR("GET /kk/items/1 HTTP/1.1\r\nHost: a b\r\n\r\n")},
    {"a list of Hosts", 400, STR("GET /kk/items/1 HTTP/1.1\r\nHost: a,b\r\n\r\n")},
    {"Host with a wrong port", 400, STR("GET /kk/items/1 HTTP/1.1\r\nHost: a:99999\r\n\r\n")},
    {"Host with an empty port", 400, STR("GET /kk/items/1 HTTP/1.1\r\nHost: a:\r\n\r\n")},
    {"Host with an open bracket", 400, STR("GET /kk/items/1 HTTP/1.1\r\nHost: [::1\r\n\r\n")},
    {"markup in Host", 400, STR("GET /kk/items/1 HTTP/1.1\r\nHost: a\"><svg>\r\n\r\n")},
    {"absolute target, other Host", 400, STR("GET http://b/kk/items/1 HTTP/1.1\r\nHost: a\r\n\r\n")},
    {"absolute target, other port", 400, STR("GET http://a:81/kk/items/1 HTTP/1.1\r\nHost: a\r\n\r\n")},
    {"absolute target without a path", 400, STR("GET http://a HTTP/1.1\r\nHost: a\r\n\r\n")},
    {"absolute target, other scheme", 400, STR("GET ftp://a/kk/items/1 HTTP/1.1\r\nHost: a\r\n\r\n")},
    {"absolute target without a Host", 400, STR("GET http://a/kk/items/1 HTTP/1.0\r\n\r\n")},
    /* ---- request line ---- */
    {"two blanks", 400, STR("GET  /kk/items/1 HTTP/1.1\r\nHost: a\r\n\r\n")},
    {"tab in the request line", 400, STR("GET\t/kk/items/1\tHTTP/1.1\r\nHost: a\r\n\r\n")},
    {"blank in the target", 400, STR("GET /kk/items/1 2 HTTP/1.1\r\nHost: a\r\n\r\n")},
    {"blank behind the version", 400, STR("GET /kk/items/1 HTTP/1.1 \r\nHost: a\r\n\r\n")},
    {"no version", 400, STR("GET /kk/items/1\r\nHost: a\r\n\r\n")},
    {"HTTP/0.9", 400, STR("GET /kk/items/1\r\n\r\n")},
    {"HTTP/2.0", 505, STR("GET /kk/items/1 HTTP/2.0\r\nHost: a\r\n\r\n")},
    {"HTTP/1.2", 505, STR("GET /kk/items/1 HTTP/1.2\r\nHost: a\r\n\r\n")},
    {"version in small letters", 400, STR("GET /kk/items/1 http/1.1\r\nHost: a\r\n\r\n")},
    {"version with zeros", 400, STR("GET /kk/items/1 HTTP/01.1\r\nHost: a\r\n\r\n")},
    {"preface of HTTP/2", 501, STR("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")},
    {"unknown method", 501, STR("FROB /kk/items/1 HTTP/1.1\r\nHost: a\r\n\r\n")},
    {"method in small letters", 501, STR("get /kk/items/1 HTTP/1.1\r\nHost: a\r\n\r\n")},
    {"CONNECT", 501, STR("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n")},
    {"TRACE", 501, STR("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n")},
    {"bracket in the method", 400, STR("G(T /kk/items/1 HTTP/1.1\r\nHost: a\r\n\r\n")},
    {"target without a slash", 400, STR("GET kk/items/1 HTTP/1.1\r\nHost: a\r\n\r\n")},
    {"asterisk target", 400, STR("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")},
    {"fragment in the target", 400, STR("GET /kk/items/1#x HTTP/1.1\r\nHost: a\r\n\r\n")},
    {"raw letter in the target", 400, STR("GET /kk/items/\xd2\x9b HTTP/1.1\r\nHost: a\r\n\r\n")},
    {"NUL in the target", 400, STR("GET /kk/items/\0 HTTP/1.1\r\nHost: a\r\n\r\n")},
    {"the first bytes of TLS", 400, STR("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")},
    {"only an empty line and another", 400, STR("\r\n\r\n")},
    /* ---- others ---- */
    {"another expectation", 417, STR(POST_HEAD "Content-Length: 5\r\nExpect: 200-ok\r\n\r\naaaaa" HIDDEN)},
    {"two expectations", 400,
     STR(POST_HEAD "Content-Length: 5\r\nExpect: 100-continue\r\nExpect: 100-continue\r\n\r\naaaaa" HIDDEN)},
    {"two types", 400, STR("POST /kk/form HTTP/1.1\r\nHost: a\r\n" FORM_TYPE FORM_TYPE "Content-Length: 0\r\n\r\n")},
    {"two origins", 400, STR(GET_HEAD "Origin: http://a\r\nOrigin: http://b\r\n\r\n")},
    {"two authorizations", 400, STR(GET_HEAD "Authorization: Bearer A\r\nAuthorization: Bearer B\r\n\r\n")},
    {"two idempotency keys", 400, STR(GET_HEAD "Idempotency-Key: A\r\nidempotency-key: A\r\n\r\n")},
    {"two sites", 400, STR(GET_HEAD "Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site\r\n\r\n")},
    {"Connection names the length", 400,
     STR(POST_HEAD "Content-Length: 5\r\nConnection: content-length\r\n\r\naaaaa" HIDDEN)},
    {"Connection names Host", 400, STR(GET_HEAD "Connection: close, Host\r\n\r\n")},
    {"Connection is no list", 400, STR(GET_HEAD "Connection: a b\r\n\r\n")},
};

/* Sound, though unusual. */
static const struct probe sound_probes[] = {
    {"plain", 0, STR(GET_HEAD "\r\n")},
    {"one empty line in front", 0, STR("\r\n" GET_HEAD "\r\n")},
    {"blanks around a value", 0, STR("GET /kk/items/1 HTTP/1.1\r\nHost: \t a \t \r\n\r\n")},
    {"no blank before a value", 0, STR("GET /kk/items/1 HTTP/1.1\r\nHost:a\r\n\r\n")},
    {"empty value", 0, STR(GET_HEAD "X-A:\r\n\r\n")},
    {"letters beyond ASCII in a value", 0, STR(GET_HEAD "User-Agent: \xd2\x9b\xff\r\n\r\n")},
    {"absolute target", 0, STR("GET http://a/kk/items/1 HTTP/1.1\r\nHost: A\r\n\r\n")},
    {"absolute target with a port", 0, STR("GET HTTPS://a:8443/kk/items/1 HTTP/1.1\r\nHost: a:8443\r\n\r\n")},
    {"IPv6 Host", 0, STR("GET /kk/items/1 HTTP/1.1\r\nHost: [::1]:8480\r\n\r\n")},
    {"HTTP/1.0 without Host", 0, STR("GET /kk/items/1 HTTP/1.0\r\n\r\n")},
    {"length 0 with a GET", 0, STR(GET_HEAD "Content-Length: 0\r\n\r\n")},
    {"close among others", 0, STR(GET_HEAD "Connection: keep-alive, Close\r\n\r\n")},
};

#define N_PROBES (sizeof probes / sizeof probes[0])
#define N_SOUND_PROBES (sizeof sound_probes / sizeof sound_probes[0])

#endif
