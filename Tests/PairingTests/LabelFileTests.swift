import Pairing
import Testing

@Suite struct LabelFileTests {
    private func labels(_ text: String, _ picture: String = "a.png") throws -> [Label]? {
        let place = try Workplace()
        try place.write(text, to: "labels")
        return try LabelFile(path: place.path("labels")).labels(of: picture)
    }

    private func refusal(_ text: String) -> String? {
        #expect(throws: PairingError.self) { try labels(text) }?.message
    }

    @Test func everyFormInJSONIsRead() throws {
        let read = try labels(
            """
            {"pictures": {"a.png": [
              {"species": "iva", "point": [1, 2]}, {"species": "other", "box": [3, 4, 5, 6]},
              {"species": "galanthus", "ellipse": [10, 20, 5, 3, 90]}, {"species": "iva", "polygon": [[0, 0], [4, 0], [0, 4]]},
              ["iva", 7, 8], [1, 0, 1, 2, 3]], "b.png": []}}
            """)
        #expect(
            read == [
                Label(species: "iva", shape: .point(SIMD2(1, 2))),
                Label(species: "other", shape: .box(SIMD2(3, 4), SIMD2(5, 6))),
                Label(
                    species: "galanthus",
                    shape: .ellipse(centre: SIMD2(10, 20), halfAxes: SIMD2(5, 3), angle: .pi / 2)),
                Label(species: "iva", shape: .polygon([SIMD2(0, 0), SIMD2(4, 0), SIMD2(0, 4)])),
                Label(species: "iva", shape: .point(SIMD2(7, 8))),
                Label(species: "1", shape: .box(SIMD2(0, 1), SIMD2(2, 3))),
            ])
        #expect(try labels(#"{"a.png": []}"#) == [])
        #expect(try labels(#"{"a.tif": []}"#, "a.jpg") == [])
        #expect(try labels(#"{"a.png": []}"#, "c.png") == nil)
    }

    @Test func everyFormInCSVIsRead() throws {
        #expect(
            try labels("file,species,x0,y0,x1,y1\r\na.png,iva,1,2,3,4\r\n\"a.png\", 0 ,5,6,7,8\n") == [
                Label(species: "iva", shape: .box(SIMD2(1, 2), SIMD2(3, 4))),
                Label(species: "0", shape: .box(SIMD2(5, 6), SIMD2(7, 8))),
            ])
        #expect(
            try labels("species,file,x,y\ngalanthus,a,1.5,2\n") == [
                Label(species: "galanthus", shape: .point(SIMD2(1.5, 2)))
            ])
        #expect(
            try labels("file,species,cx,cy,rx,ry,degrees\na.png,iva,1,2,3,4,\n") == [
                Label(species: "iva", shape: .ellipse(centre: SIMD2(1, 2), halfAxes: SIMD2(3, 4), angle: 0))
            ])
    }

    @Test(arguments: [
        "", "not a label file", "{", #"{"a.png": 3}"#, #"{"a.png": [[0, 1]]}"#, #"{"a.png": [{"species": "iva"}]}"#,
        #"{"a.png": [{"box": [1, 2, 3, 4]}]}"#, #"{"a.png": [["iva", 1, 1, 1, 5]]}"#, #"{"a.png": [["iva", 1, 1e99]]}"#,
        #"{"a.png": [{"species": "iva", "polygon": [[0, 0], [1, 1]]}]}"#, "file,species,x,y\na.png,iva,1\n",
        "file,species,x,y\na.png,iva,one,2\n", #"{"a.png": [["iva", 5, 6, 3, 4]]}"#, "file,species,x,y\n,iva,1,2\n",
        "name,kind\n",
    ])
    func malformedFilesAreRefused(text: String) {
        #expect(refusal(text)?.contains("labels") == true)
    }
}
