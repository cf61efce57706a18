#ifndef MOVABLE_CLOCK_H
#define MOVABLE_CLOCK_H

/// Moves the wall clock of this process, and no other clock.
/// - Parameter seconds: that it is ahead of the real one.
void movable_clock_set(long seconds);

#endif
