fn main() {
    let s = houmao_doctor::collect::collect(&Default::default());
    println!("{}", serde_json::to_string_pretty(&s).unwrap());
}
