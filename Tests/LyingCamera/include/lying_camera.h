#ifndef LYING_CAMERA_H
#define LYING_CAMERA_H

#include <stdint.h>

/// A V4L2 camera inside this process at /dev/lying-camera-MODE, 32 x 16 pixels of GREY at 20 frames a second, one at a
/// time. Every pixel of a frame has the value that was shown while the frame was exposed, which ends one frame time
/// before the frame is read out.
///
/// MODE is what it tells wrongly: "honest"; stamps that are "frozen", "late1", "late10" (seconds), "backwards", "zero",
/// "future", "realtime", "garbage"; frames that are "flagged" or "short" (two of three), "overlong" (two of three tell
/// of more bytes than there are), "no-bytesused"; "seq0", "no-rate", "slow-rate" (tells of an interval of 4294967295 s);
/// "eio" (each tenth frame fails), "wrong-index" (each tenth frame is one of a buffer that it does not have);
/// "endless-formats"; "all-flagged".
void lying_camera_show(uint8_t value);

#endif
