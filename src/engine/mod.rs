//! Rule × subject → outcome; three-valued; no clock, no I/O.
