//! What houmao-mgr would do, step by step, decided from the snapshot alone; nothing is run.
