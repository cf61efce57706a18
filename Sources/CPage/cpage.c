#include "cpage.h"

// Every file of page/, each embedded by C23's #embed and named in the table below: nothing is read at run time.

static const uint8_t api_js[] = {
#embed "page/api.js"
};
static const uint8_t app_js[] = {
#embed "page/app.js"
};
static const uint8_t camera_js[] = {
#embed "page/camera.js"
};
static const uint8_t captures_js[] = {
#embed "page/captures.js"
};
static const uint8_t compare_js[] = {
#embed "page/compare.js"
};
static const uint8_t dom_js[] = {
#embed "page/dom.js"
};
static const uint8_t events_js[] = {
#embed "page/events.js"
};
static const uint8_t feed_js[] = {
#embed "page/feed.js"
};
static const uint8_t focus_js[] = {
#embed "page/focus.js"
};
static const uint8_t format_js[] = {
#embed "page/format.js"
};
static const uint8_t grains_js[] = {
#embed "page/grains.js"
};
static const uint8_t groups_js[] = {
#embed "page/groups.js"
};
static const uint8_t health_js[] = {
#embed "page/health.js"
};
static const uint8_t histogram_js[] = {
#embed "page/histogram.js"
};
static const uint8_t icon_svg[] = {
#embed "page/icon.svg"
};
static const uint8_t index_html[] = {
#embed "page/index.html"
};
static const uint8_t keys_js[] = {
#embed "page/keys.js"
};
static const uint8_t label_js[] = {
#embed "page/label.js"
};
static const uint8_t lenses_js[] = {
#embed "page/lenses.js"
};
static const uint8_t live_js[] = {
#embed "page/live.js"
};
static const uint8_t messages_js[] = {
#embed "page/messages.js"
};
static const uint8_t outline_js[] = {
#embed "page/outline.js"
};
static const uint8_t pen_js[] = {
#embed "page/pen.js"
};
static const uint8_t permission_js[] = {
#embed "page/permission.js"
};
static const uint8_t picture_js[] = {
#embed "page/picture.js"
};
static const uint8_t plans_js[] = {
#embed "page/plans.js"
};
static const uint8_t reading_js[] = {
#embed "page/reading.js"
};
static const uint8_t sample_js[] = {
#embed "page/sample.js"
};
static const uint8_t season_js[] = {
#embed "page/season.js"
};
static const uint8_t slides_js[] = {
#embed "page/slides.js"
};
static const uint8_t state_js[] = {
#embed "page/state.js"
};
static const uint8_t style_css[] = {
#embed "page/style.css"
};
static const uint8_t teach_js[] = {
#embed "page/teach.js"
};
static const uint8_t theme_js[] = {
#embed "page/theme.js"
};
static const uint8_t trigger_js[] = {
#embed "page/trigger.js"
};
static const uint8_t viewer_js[] = {
#embed "page/viewer.js"
};

#define HTML "text/html; charset=utf-8"
#define STYLE "text/css; charset=utf-8"
#define SCRIPT "text/javascript; charset=utf-8"
#define SVG "image/svg+xml"
#define FILE(name, content_type, bytes) {name, content_type, bytes, sizeof bytes}

static const cpage_file files[] = {
    FILE("api.js", SCRIPT, api_js),
    FILE("app.js", SCRIPT, app_js),
    FILE("camera.js", SCRIPT, camera_js),
    FILE("captures.js", SCRIPT, captures_js),
    FILE("compare.js", SCRIPT, compare_js),
    FILE("dom.js", SCRIPT, dom_js),
    FILE("events.js", SCRIPT, events_js),
    FILE("feed.js", SCRIPT, feed_js),
    FILE("focus.js", SCRIPT, focus_js),
    FILE("format.js", SCRIPT, format_js),
    FILE("grains.js", SCRIPT, grains_js),
    FILE("groups.js", SCRIPT, groups_js),
    FILE("health.js", SCRIPT, health_js),
    FILE("histogram.js", SCRIPT, histogram_js),
    FILE("icon.svg", SVG, icon_svg),
    FILE("index.html", HTML, index_html),
    FILE("keys.js", SCRIPT, keys_js),
    FILE("label.js", SCRIPT, label_js),
    FILE("lenses.js", SCRIPT, lenses_js),
    FILE("live.js", SCRIPT, live_js),
    FILE("messages.js", SCRIPT, messages_js),
    FILE("outline.js", SCRIPT, outline_js),
    FILE("pen.js", SCRIPT, pen_js),
    FILE("permission.js", SCRIPT, permission_js),
    FILE("picture.js", SCRIPT, picture_js),
    FILE("plans.js", SCRIPT, plans_js),
    FILE("reading.js", SCRIPT, reading_js),
    FILE("sample.js", SCRIPT, sample_js),
    FILE("season.js", SCRIPT, season_js),
    FILE("slides.js", SCRIPT, slides_js),
    FILE("state.js", SCRIPT, state_js),
    FILE("style.css", STYLE, style_css),
    FILE("teach.js", SCRIPT, teach_js),
    FILE("theme.js", SCRIPT, theme_js),
    FILE("trigger.js", SCRIPT, trigger_js),
    FILE("viewer.js", SCRIPT, viewer_js),
};

const cpage_file *cpage_files(size_t *count) {
    *count = sizeof files / sizeof files[0];
    return files;
}
