/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * form.h - inputs are declared, then read: one table per form, used for HTML forms and JSON alike.
 *
 * A form is a table of fields; reading it fills a struct of the caller (each value at its offset) and a list
 * of errors. Values stay as typed even when they are wrong, so that the page can be drawn again with what
 * the person wrote. Handlers never look at raw bytes. Text is taken as received: no trimming, no
 * normalisation; in forms CRLF becomes LF first (contract.md). U+0000 is refused everywhere, other control
 * characters in lines; broken UTF-8 and unknown fields are refused.
 *
 * Source: contract.md (POST /api/v1/appeals); experience.md section 2; trust.md section 7.
 */
#ifndef BIRGE_WEB_FORM_H
#define BIRGE_WEB_FORM_H

#include <stddef.h>

#include "web/web.h"

enum web_field_type {
    FIELD_LINE,   /* struct str: one line */
    FIELD_TEXT,   /* struct str: several lines */
    FIELD_EMAIL,  /* struct str: something@something, checked only that far */
    FIELD_PHONE,  /* struct str: digits, spaces, + - ( ) */
    FIELD_SECRET, /* struct str: password or code; never drawn again */
    FIELD_CHOICE, /* struct str: one of `choices` */
    FIELD_DATE,   /* struct str: ISO date that exists */
    FIELD_INT,    /* struct opt_int: min..max as values */
    FIELD_FLAG,   /* bool: "1" or "on" in forms, true or false in JSON */
    FIELD_FILE,   /* struct web_file: the upload of a multipart form */
};

struct web_file {
    struct str name;  /* as sent; never trusted */
    struct str bytes; /* in the request's arena; absent when no file was chosen */
};

struct web_field {
    const char *name;    /* "subject"; "applicant.name" is nested in JSON and flat in forms */
    enum web_field_type type;
    bool is_required;
    int64_t min, max;    /* characters (code points); values for FIELD_INT; bytes for FIELD_FILE; 0: none */
    const char *const *choices; /* FIELD_CHOICE: NULL-terminated; NULL: the caller checks */
    const char *label_id; /* text id of the label, used in messages; NULL: the name */
    size_t offset;        /* offsetof(struct of the caller, member) */
};

struct web_form {
    const struct web_field *fields;
    size_t n_fields;
};
#define WEB_FORM(table) { (table), sizeof(table) / sizeof((table)[0]) }

/* Read the body of a form route into `ret_values` (zeroed by the caller's declaration). Hidden fields "csrf"
 * are known already. Errors of fields go to `ret_errors` (empty when all is well), in table order.
 * Errors: only failures; a malformed body was answered 400 before the handler ran. */
struct err *web_form_read(struct web_request *req, const struct web_form *form, void *ret_values,
                          struct web_errors *ret_errors) WARN_UNUSED;
/* The same for a JSON body. `*ret_malformed` set: not JSON, a duplicate key or too deep (400); the detail
 * names line and column. Unknown fields and wrong types are field errors (422). */
struct err *web_json_read(struct web_request *req, const struct web_form *form, void *ret_values,
                          struct web_errors *ret_errors, struct str *ret_malformed) WARN_UNUSED;
/* Read the query string by the same table (filters of a list); wrong values are dropped, not reported. */
void web_query_read(struct web_request *req, const struct web_form *form, void *ret_values);
/* Add an error that the handler found. `message` in the page's language. */
void web_errors_add(struct arena *a, struct web_errors *errors, struct str field, struct str message);

/* A time stamp for a form, signed, hidden field "stamp"; and its age in seconds, -1 for a bad one. A form that
 * comes back within 2 seconds, or with its honeypot filled, was not typed by a person. */
struct str web_stamp(struct web_request *req);
int64_t web_stamp_age(struct web_request *req, struct str stamp);

#endif
