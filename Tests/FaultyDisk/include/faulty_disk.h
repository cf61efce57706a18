#ifndef FAULTY_DISK_H
#define FAULTY_DISK_H

enum faulty_disk_call { FAULTY_DISK_NONE, FAULTY_DISK_READ, FAULTY_DISK_WRITE, FAULTY_DISK_SYNC };

/// Lets calls on database files of this process fail.
/// - Parameters:
///   - call: which.
///   - nth: the first to fail, counted from here; 1 is the next.
///   - count: how many fail from there on.
///   - number: of the error, as in errno.
void faulty_disk_set(enum faulty_disk_call call, long nth, long count, int number);

/// Calls that have failed since.
long faulty_disk_failures(void);

#endif
