import Foundation
import Imaging
import Pairing
import Testing

@Suite struct Pix2PixLayoutTests {
    private func flat(_ rgb: [Float], width: Int, height: Int) -> Picture<Float> {
        Picture(width: width, height: height, channels: 3, samples: (0..<width * height).flatMap { _ in rgb })
    }

    @Test func aSetGoesThereAndBack() throws {
        let place = try Workplace()
        for (split, value) in [("train", Float(0.2)), ("val", 0.4), ("test", 0.6)] {
            var pair = flat([value, 0, 0], width: 24, height: 10)
            for y in 0..<10 { for x in 12..<24 { pair[x, y, 2] = 1 } }
            try place.write(pair, to: "ab/\(split)/1.png")
        }
        let dataset = try Pix2PixLayout.import(
            place.path("ab"), left: .optical, right: .map, nmPerPixel: 83, species: twoSpecies, otherChannel: 1,
            output: place.path("set"))
        #expect(dataset.splits.train.count == 1 && dataset.splits.val.count == 1 && dataset.splits.test.count == 1)
        let folder = try DatasetFolder(path: place.path("set"))
        let name = folder.dataset.splits.test[0]
        let pictures = try folder.pictures([.optical, .map], name)
        #expect(pictures[0].width == 12 && pictures[0][0, 0, 2] == 0 && pictures[1][0, 0, 2] == 1)
        #expect(try Pix2PixLayout.export(folder, from: .optical, to: .map, output: place.path("out")) == 3)
        let original = try PictureFile.decode(
            [UInt8](Data(contentsOf: URL(fileURLWithPath: place.path("ab/test/1.png")))), name: "")
        let returned = try PictureFile.decode(
            [UInt8](Data(contentsOf: URL(fileURLWithPath: place.path("out/test/\(name).png")))), name: "")
        #expect(original == returned)
    }

    @Test func halvesThatAreNotEqualAndEmptyFoldersAreRefused() throws {
        let place = try Workplace()
        try place.write(flat([0, 0, 0], width: 25, height: 10), to: "ab/train/1.png")
        func refusal(_ folder: String) -> PairingError? {
            let error = #expect(throws: PairingError.self) {
                try Pix2PixLayout.import(
                    place.path(folder), left: .optical, right: .map, nmPerPixel: 83, species: twoSpecies,
                    otherChannel: nil, output: place.path("set"))
            }
            #expect(!place.contents.contains { $0.hasPrefix("set") })
            return error
        }
        #expect(refusal("ab")?.code == .sizesDiffer)
        #expect(refusal("nowhere")?.code == .unreadable)
    }

    @Test func picturesOfOneFieldThatDifferInSizeAreRefused() throws {
        let place = try Workplace()
        try place.write(
            ##"{"nm_per_pixel":83,"species":[{"key":"iva","name":"Iva","map_channel":0,"colour":"#ff0000"}],"other_channel":null,"splits":{"train":["00000"],"val":[],"test":[]}}"##,
            to: "set/dataset.json")
        try place.write(flat([0, 0, 0], width: 20, height: 10), to: "set/optical/00000.png")
        try place.write(flat([0, 0, 0], width: 20, height: 11), to: "set/map/00000.png")
        let folder = try DatasetFolder(path: place.path("set"))
        let error = #expect(throws: PairingError.self) {
            try Pix2PixLayout.export(folder, from: .optical, to: .map, output: place.path("out"))
        }
        #expect(error?.code == .sizesDiffer && error?.message.contains("20 x 10") == true)
        #expect(!place.contents.contains { $0.hasPrefix("out") })
        #expect(throws: PairingError.self) { try folder.picture(.sem, "00000") }
    }

    @Test(arguments: [
        #"{"nm_per_pixel":0,"species":[{"key":"iva","name":"","map_channel":0,"colour":""}],"splits":{"train":[],"val":[],"test":[]}}"#,
        #"{"nm_per_pixel":83,"species":[],"splits":{"train":[],"val":[],"test":[]}}"#,
        #"{"nm_per_pixel":83,"species":[{"key":"../x","name":"","map_channel":0,"colour":""}],"splits":{"train":[],"val":[],"test":[]}}"#,
        #"{"nm_per_pixel":83,"species":[{"key":"iva","name":"","map_channel":0,"colour":""}],"splits":{"train":["a"],"val":["a"],"test":[]}}"#,
        #"{"nm_per_pixel":83,"species":[{"key":"iva","name":"","map_channel":0,"colour":""}],"splits":{"train":["../a"],"val":[],"test":[]}}"#,
        "{}", "",
    ])
    func brokenDescriptionsAreRefused(text: String) throws {
        let place = try Workplace()
        try place.write(text, to: "dataset.json")
        #expect(throws: PairingError.self) { try DatasetFolder(path: place.folder) }
    }
}
